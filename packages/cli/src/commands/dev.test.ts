import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const counter = join(root, "packages/create-frond/templates/counter");

/** A project whose only layer is a counter, as `create-frond` makes it. */
let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "frond-dev-"));
  for (const name of ["application.ts", "frond.config.ts"]) cpSync(join(counter, name), join(project, name));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
});
afterAll(() => rmSync(project, { recursive: true }));

/** Asks the trunk for its status, leaves a process behind, and fails. */
const COMMAND = `
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status", params: {} });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(process.env.FROND_TRUNK_URL, { method: "POST", headers, body });
  const { result } = await answer.json();
  const { spawn } = await import("node:child_process");
  const left = spawn("sleep", ["1000"], { stdio: "ignore" });
  left.unref();
  const { FROND_DATA: data, FROND_COORDINATOR_URL: coordinator, FROND_L1_URL: l1 } = process.env;
  console.log(JSON.stringify({ beside: { block: result.block, left: left.pid, data, coordinator, l1 } }));
  process.exit(7);
`;

it("ends with the code of the command that ran beside the network, and leaves nothing", async () => {
  const frond = join(root, "packages/cli/bin/frond.mjs");
  const data = join(project, ".frond");
  const places = ["--data", data, "--port", "0", "--coordinator-port", "0", "--json"];
  const { VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [frond, "dev", ...places, "--", process.execPath, "--input-type=module", "-e", COMMAND],
    { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] },
  );
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk) => {
      output[stream] += chunk;
    });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(output.stderr).toContain("it ended with code 7");
  expect(code).toBe(7);
  // Events alone are on stdout.
  const [ready, ...more] = output.stdout.trim().split("\n");
  const { event, coordinator, l1 } = JSON.parse(ready!);
  expect({ event, more }).toEqual({ event: "ready", more: [] });
  const { beside } = JSON.parse(output.stderr.split("\n").find((line) => line.startsWith('{"beside"'))!);
  expect(beside).toEqual({ block: 1, left: expect.any(Number), data, coordinator, l1 });
  expect(() => readFileSync(`/proc/${beside.left}/cmdline`)).toThrow("ENOENT");
});

it("refuses a --prove that there is not, and starts nothing", async () => {
  const { code, stderr } = await runFrond(["dev", "--prove", "sometimes", "--data", join(project, "none")]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "frond: There is no --prove sometimes. Use never, idle, always.\n",
  });
});
