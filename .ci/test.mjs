// What `npm test` runs: lint, unused code, types, generated files, and every test. Ends with "N passed, N failed".
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), "frond-test-"));
const report = join(directory, "vitest.json");
const started = Date.now();
let passed = 0;
let failed = 0;

/** Runs a command of the project with its output shown; true if it succeeded. */
function run(name, command, args) {
  console.log(`\n[${((Date.now() - started) / 1000).toFixed(0)}s] ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, CI: "true" } });
  return status === 0;
}

/** The same, but it goes on meanwhile, and its output comes at the end. */
function start(name, command, args) {
  console.log(`\n[${((Date.now() - started) / 1000).toFixed(0)}s] ${name}, beside what follows`);
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once("close", (status) => {
      process.stdout.write(output);
      resolve(status === 0);
    });
  });
}

function count(name, succeeded) {
  if (succeeded) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: failed`);
  }
}
const check = (name, command, args) => count(name, run(name, command, args));

/** The files that took longest, and each failure in a line: what there is to read when only the end is kept. */
function summarize(files) {
  const seconds = ({ startTime, endTime }) => (endTime - startTime) / 1000;
  console.log("\nLongest files, in seconds:");
  for (const file of files.toSorted((a, b) => seconds(b) - seconds(a)).slice(0, 30))
    console.log(`${seconds(file).toFixed(0).padStart(6)} ${file.name.slice(root.length)}`);
  for (const { name, message, status, assertionResults } of files) {
    const where = name.slice(root.length);
    const failures = assertionResults.filter((result) => result.status === "failed");
    for (const { fullName, failureMessages } of failures)
      console.log(`Failed: ${where}: ${fullName}: ${(failureMessages[0] ?? "").split("\n")[0].slice(0, 300)}`);
    if (status === "failed" && failures.length === 0) console.log(`Failed: ${where}: ${message.split("\n")[0]}`);
  }
}

/** Debian installs the programs of each version of PostgreSQL in a folder of its own. */
const postgres = "/usr/lib/postgresql";
const postgresFolders = () =>
  existsSync(postgres) ? readdirSync(postgres).map((version) => join(postgres, version, "bin")) : [];

/** Whether a program is there; Debian installs some where only the path of an administrator leads. */
const has = (program) =>
  [
    ...(process.env.PATH ?? "").split(delimiter),
    ...["/usr/sbin", "/usr/local/sbin", "/sbin"],
    ...postgresFolders(),
  ].some((folder) => existsSync(join(folder, program)));

/**
 * What tests need of the system, and the packages of Debian that have it: a real nats-server for proving on many
 * machines, a browser for pages, `ip` for a second host, and PostgreSQL for indexing.
 */
const PROGRAMS = { "nats-server": "nats-server", chromium: "chromium", ip: "iproute2", initdb: "postgresql" };
/** Without these, tests fail; without `ip` the second host is this one. */
const REQUIRED = {
  "nats-server": "`apt-get install nats-server`, or https://nats.io",
  chromium: "`apt-get install chromium`",
  initdb: "`apt-get install postgresql`",
};

/** Installs what is missing, where that is possible. */
function installPrograms() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !has(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (canInstall && run(packages.join(", "), "apt-get", ["update", "-qq"]))
    run(packages.join(", "), "apt-get", ["install", "-y", "-qq", ...packages]);
  for (const [program, how] of Object.entries(REQUIRED)) {
    if (has(program)) continue;
    failed += 1;
    console.log(`${program} is not installed, and the tests need it: ${how}`);
  }
}

try {
  installPrograms();
  check("lint", "npm", ["run", "--silent", "lint"]);
  check("unused code", "npm", ["run", "--silent", "unused"]);
  check("generated files", "node", ["--import", "tsx", "packages/cli/src/generate.ts", "--check"]);
  // Beside the tests: it keeps one core busy for a minute.
  const types = start("types", "npm", ["run", "--silent", "types"]);
  const succeeded = run("tests", "npx", [
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  count("types", await types);
  const results = JSON.parse(readFileSync(report, "utf8"));
  summarize(results.testResults);
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
