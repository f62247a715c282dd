// What `npm test` runs: lint, types, generated files, and every test. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), "frond-test-"));
const report = join(directory, "vitest.json");
const started = Date.now();
let passed = 0;
let failed = 0;

/** Runs a command of the project with its output shown; true if it succeeded. */
const run = (name, command, args) => {
  console.log(`\n[${((Date.now() - started) / 1000).toFixed(0)}s] ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, CI: "true" } });
  return status === 0;
};

const check = (name, command, args) => {
  if (run(name, command, args)) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: failed`);
  }
};

/** The tests of proving on many machines run a real nats-server. Debian installs it where only the path of an administrator leads. */
const hasNats = () =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].some((folder) =>
    existsSync(join(folder, "nats-server")),
  );
const installNats = () => {
  if (hasNats()) return;
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (canInstall && run("nats-server", "apt-get", ["update", "-qq"])) {
    run("nats-server", "apt-get", ["install", "-y", "-qq", "nats-server"]);
  }
  if (hasNats()) return;
  failed += 1;
  console.log("nats-server is not installed, and the tests need it: `apt-get install nats-server`, or https://nats.io");
};

try {
  installNats();
  check("lint", "npx", ["biome", "check", "--error-on-warnings", "."]);
  check("types", "npx", ["tsc", "--noEmit"]);
  check("generated files", "node", ["--import", "tsx", "packages/cli/src/generate.ts", "--check"]);
  const succeeded = run("tests", "npx", [
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const results = JSON.parse(readFileSync(report, "utf8"));
  passed += results.numPassedTests;
  failed += results.numTotalTests - results.numPassedTests;
  // A file that does not load, or an error outside of any test, has no test of its own to count.
  if (!succeeded && results.numTotalTests === results.numPassedTests) failed += 1;
} catch (error) {
  failed += 1;
  console.error(error);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(`\n${((Date.now() - started) / 60000).toFixed(1)} minutes`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
