import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Committee, collectSignatures, parsePublicKey } from "@frond/committee";
import { type TestCommittee, testCommittee } from "@frond/committee/testing";
import { writeJsonFile } from "@frond/network/directory";
import { committeeRoot, toJsonValue, verifyCommitteeSignature } from "@frond/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { main } from "../main.ts";

const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));

let root: string;
let running: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "frond-member-"));
  running = [];
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

async function frond(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      written[name] += chunk;
      return true;
    });
  }
  const code = await main(["node", "frond", ...args, "--data", join(root, "data")]);
  vi.restoreAllMocks();
  return { code, ...written };
}

/** A committee of this one member, and the file that it is given. */
async function makeCommittee(): Promise<{ file: TestCommittee; committee: Committee; path: string }> {
  const { stdout } = await frond("member", "key");
  const publicKey = parsePublicKey(stdout.trim())!;
  const file = testCommittee(1, 1);
  const committee = { members: [{ url: "", publicKey }], threshold: 1 };
  const path = join(root, "committee.json");
  writeJsonFile(
    path,
    toJsonValue({ config: { ...file.config, committeeRoot: committeeRoot([publicKey]) }, committee }),
  );
  return { file, committee, path };
}

/** Runs the member in a process of its own, and gives its address. */
async function start(path: string, { limit = "unlimited" } = {}): Promise<{ child: ChildProcess; url: string }> {
  const command = [process.execPath, executable, "member", "--layer", path, "--port", "0"];
  const words = [...command, "--data", join(root, "data"), "--json"].map((word) => `'${word}'`).join(" ");
  const child = spawn("bash", ["-c", `ulimit -f ${limit} && exec ${words}`], { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let stderr = "";
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.once("data", (chunk) => resolve((JSON.parse(String(chunk)) as { url: string }).url));
    child.once("close", () => reject(new Error(stderr)));
  });
  return { child, url };
}

const at = (committee: Committee, url: string): Committee => ({
  ...committee,
  members: committee.members.map((member) => ({ ...member, url })),
});

it("prints the same key each time", async () => {
  const first = await frond("member", "key");
  expect(first.stdout).toMatch(/^0x[0-9a-f]{128}\n$/);
  expect(await frond("member", "key")).toEqual(first);
  expect(JSON.parse((await frond("member", "key", "--json")).stdout)).toEqual({ publicKey: first.stdout.trim() });
});

it("refuses a layer whose committee it is not in", async () => {
  const { config, committee } = testCommittee(3, 2);
  const path = join(root, "committee.json");
  writeJsonFile(path, toJsonValue({ config, committee }));
  const { code, stderr } = await frond("member", "--layer", path, "--port", "0", "--json");
  expect(code).not.toBe(0);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "committee/config" } });
});

it("signs, and signs the same after it was killed", { timeout: 120_000 }, async () => {
  const { file, committee, path } = await makeCommittee();
  const first = await start(path);
  const block = file.block(10);
  const signed = await collectSignatures({ ...at(committee, first.url), block });
  expect(verifyCommitteeSignature(block.statement, signed[0]!)).toBe(true);
  first.child.kill("SIGKILL");
  await once(first.child, "close");
  const second = await start(path);
  expect(await collectSignatures({ ...at(committee, second.url), block })).toEqual(signed);
  const other = file.block(10, { words: [9n] });
  await expect(collectSignatures({ ...at(committee, second.url), block: other })).rejects.toThrow(
    /has signed another block for this time/,
  );
  second.child.kill("SIGTERM");
  expect(await once(second.child, "close")).toEqual([0, null]);
});

it("signs for nothing that its full disk has no room for", { timeout: 120_000 }, async () => {
  const { file, committee, path } = await makeCommittee();
  // The limit on the size of a file stands for a disk that is full.
  const { child, url } = await start(path, { limit: "300" });
  const signed: number[] = [];
  let refusal = "";
  for (let time = 1; time < 500 && refusal === ""; time++) {
    const block = file.block(time, { words: Array.from({ length: 300 }, (_, i) => BigInt(i)) });
    await collectSignatures({ ...at(committee, url), block }).then(
      () => void signed.push(time),
      (error: Error) => {
        refusal = error.message;
      },
    );
  }
  expect(refusal).toMatch(/can't store the block/);
  expect(signed.length).toBeGreaterThan(0);
  child.kill("SIGKILL");
  await once(child, "close");
  const again = await start(path);
  for (const time of signed) {
    const response = await fetch(again.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "frond_missingShares",
        params: toJsonValue({ layerId: file.layerId, times: [time] }),
      }),
    });
    expect(await response.json()).toMatchObject({ result: { times: [] } });
  }
});
