import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));
const ports = ["--port", "0", "--coordinator-port", "0"];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "frond-start-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs `frond start` with an empty cache: where it begins to set up, it takes minutes. */
async function start(options: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const places = ["--data", join(root, "data"), "--cache", join(root, "cache")];
  const child = spawn(process.execPath, [executable, "start", "--json", ...ports, ...places, ...options], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, error: JSON.parse(stderr.trim().split("\n").at(-1)!).error };
}

describe("a start ends before its set-up", { timeout: 60_000 }, () => {
  afterEach(() => {
    // Nothing was made, and nothing is locked.
    if (existsSync(join(root, "cache"))) expect(readdirSync(join(root, "cache"))).toEqual([]);
  });

  it("when L1 does not answer", async () => {
    const key = { FROND_L1_PRIVATE_KEY: `0x${"12".repeat(32)}` };
    const { code, error } = await start(["--l1", "http://127.0.0.1:9"], key);
    expect(error).toMatchObject({ code: "contracts/l1-answer", data: { url: "http://127.0.0.1:9" } });
    expect(code).toBe(1);
    expect(readdirSync(join(root, "data"))).toEqual([]);
  });

  it.each([
    ["the data directory", "data"],
    ["the cache directory", "cache"],
  ])("when %s is none", async (what, name) => {
    writeFileSync(join(root, name), "a file");
    const { code, error } = await start([]);
    expect(error).toMatchObject({ code: "network/directory", data: { what, option: `--${name}` } });
    expect(code).toBe(1);
    rmSync(join(root, name));
  });
});
