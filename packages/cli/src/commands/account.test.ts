import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAnvil } from "@frond/contracts";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

/* Accounts in a data directory that has no network. */

const KEY = `0x${"42".repeat(31)}aB`;
const { address: l1Address } = privateKeyToAccount(KEY.toLowerCase() as `0x${string}`);
const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "frond-account-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs `frond account <args>` in this process, with a key in the environment. */
async function account(args: readonly string[], { key = "", data = "data" } = {}): Promise<Ran> {
  vi.stubEnv("FROND_ACCOUNT_KEY", key);
  return await runFrond(["account", ...args, "--data", join(root, data)]);
}

/** Runs `frond account import <args>` in a process of its own, with something on its stdin. */
function importFrom(input: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const words = [executable, "account", "import", ...args, "--data", join(root, "data"), "--json"];
    const child = execFile(process.execPath, words, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
    child.stdin!.on("error", () => {});
    child.stdin!.end(input);
  });
}

it.each([
  ["stdin", () => importFrom(`${KEY.slice(2)}\nnothing that is read\n`, "alice")],
  ["the environment", () => account(["import", "alice", "--json"], { key: KEY })],
])("imports a key from %s into an empty data directory", async (_, importing) => {
  const imported = await importing();
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(imported.stdout)).toEqual({ name: "alice", l1Address });
  const path = join(root, "data", "accounts.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ alice: { privateKey: KEY.toLowerCase() } });
  expect(statSync(path).mode & 0o077).toBe(0);
});

it("brings an account from one data directory to another", async () => {
  const made = await account(["new", "alice"], { data: "other" });
  expect(made.stdout).toMatch(/^account {5}alice\nL1 address {2}0x[0-9a-zA-Z]{40}\n$/);
  const exported = await account(["export"], { data: "other" });
  expect(exported.stdout).toMatch(/^0x[0-9a-f]{64}\n$/);
  const imported = await importFrom(exported.stdout, "alice");
  expect(imported.stdout).toBe((await account(["show", "--json"], { data: "other" })).stdout);
  expect(JSON.parse((await account(["export", "alice", "--json"])).stdout)).toEqual({
    ...JSON.parse(imported.stdout),
    privateKey: exported.stdout.trim(),
  });
});

it.each([
  ["too little", KEY.slice(0, -1), "What was given is no private key."],
  ["zero", "0".repeat(64), "What was given is no private key."],
  ["more than the order", "f".repeat(64), "What was given is no private key."],
])("refuses %s for a key, and does not repeat it", async (_, key, reason) => {
  const { code, stdout, stderr } = await account(["import", "alice", "--json"], { key });
  expect([code, stdout]).toEqual([2, ""]);
  const { error } = JSON.parse(stderr);
  expect(error).toMatchObject({ code: "cli/usage", message: expect.stringContaining(reason) });
  expect(error.message).toContain("stdin or into FROND_ACCOUNT_KEY: `frond account import <name> < file");
  expect(stderr).not.toContain(key);
});

it("says how a key is given if none is", async () => {
  const { code, stderr } = await importFrom("");
  expect([code, JSON.parse(stderr).error.message]).toEqual([2, expect.stringContaining("There is no private key.")]);
});

it("overwrites no account, and takes no key from its arguments", async () => {
  await account(["new", "alice"]);
  const before = readFileSync(join(root, "data", "accounts.json"), "utf8");
  const again = await account(["import", "alice"], { key: KEY });
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("There is an account alice already.") });
  const given = await account(["import", "bob", KEY]);
  expect(given).toMatchObject({ code: 2, stdout: "" });
  expect(readFileSync(join(root, "data", "accounts.json"), "utf8")).toBe(before);
});

it("shows the address on the layers of a deployment that is named", async () => {
  const anvil = await startAnvil();
  try {
    const settlement = `0x${"11".repeat(20)}` as const;
    await account(["import", "alice"], { key: KEY });
    const place = ["--l1", anvil.url, "--settlement", settlement, "--data", join(root, "data"), "--json"];
    const { stdout } = await runFrond(["account", "show", ...place]);
    const owner = privateKeyToAccount(KEY.toLowerCase() as `0x${string}`);
    const secret = await deriveLayerSecret(owner, { chainId: 31_337n, settlement });
    const address = fieldToHex(addressOf(publicKeyOf(secret)));
    expect(JSON.parse(stdout)).toEqual({ name: "alice", l1Address, address });
  } finally {
    await anvil.stop();
  }
});
