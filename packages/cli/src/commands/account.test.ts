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
import { afterEach, beforeEach, expect, it } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

/* Accounts in a data directory that has no network. */

const KEY = `0x${"42".repeat(31)}aB`;
const { address: l1Address } = privateKeyToAccount(KEY.toLowerCase() as `0x${string}`);
const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "frond-account-"));
});
afterEach(() => rmSync(root, { recursive: true }));

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs `frond account <args>` in a process of its own, with something on its stdin. */
function account(args: readonly string[], { input = "", env = {}, data = "data" } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const words = [executable, "account", ...args, "--data", join(root, data)];
    const child = execFile(process.execPath, words, { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
    child.stdin!.on("error", () => {});
    child.stdin!.end(input);
  });
}

it.each([
  ["stdin", { input: `${KEY}\nnothing that is read\n` }],
  ["stdin, as wallets write it", { input: KEY.slice(2) }],
  ["the environment", { env: { FROND_ACCOUNT_KEY: KEY }, input: "nothing that is read" }],
])("imports a key from %s into an empty data directory", async (_, given) => {
  const imported = await account(["import", "alice", "--json"], given);
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(imported.stdout)).toEqual({ name: "alice", l1Address });
  const path = join(root, "data", "accounts.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ alice: { privateKey: KEY.toLowerCase() } });
  expect(statSync(path).mode & 0o077).toBe(0);
});

it("brings an account from one data directory to another", async () => {
  expect((await account(["new", "alice"])).stdout).toMatch(/^account {5}alice\nL1 address {2}0x[0-9a-zA-Z]{40}\n$/);
  const exported = await account(["export"]);
  expect(exported.stdout).toMatch(/^0x[0-9a-f]{64}\n$/);
  const imported = await account(["import", "alice", "--json"], { input: exported.stdout, data: "other" });
  const shown = await account(["show", "--json"]);
  expect(imported.stdout).toBe(shown.stdout);
  expect(JSON.parse((await account(["export", "alice", "--json"])).stdout)).toEqual({
    ...JSON.parse(shown.stdout),
    privateKey: exported.stdout.trim(),
  });
});

it.each([
  ["nothing", "", "There is no private key."],
  ["too little", KEY.slice(0, -1), "What was given is no private key."],
  ["zero", "0".repeat(64), "What was given is no private key."],
  ["more than the order", "f".repeat(64), "What was given is no private key."],
])("refuses %s for a key, and does not repeat it", async (_, input, reason) => {
  const { code, stdout, stderr } = await account(["import", "alice", "--json"], { input });
  expect([code, stdout]).toEqual([2, ""]);
  const { error } = JSON.parse(stderr);
  expect(error).toMatchObject({ code: "cli/usage", message: expect.stringContaining(reason) });
  expect(error.message).toContain("stdin or into FROND_ACCOUNT_KEY: `frond account import <name> < file");
  if (input !== "") expect(stderr).not.toContain(input);
});

it("overwrites no account, and takes no key from its arguments", async () => {
  await account(["new", "alice"]);
  const before = readFileSync(join(root, "data", "accounts.json"), "utf8");
  const again = await account(["import", "alice"], { input: KEY });
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("There is an account alice already.") });
  const given = await account(["import", "bob", KEY]);
  expect(given).toMatchObject({ code: 2, stdout: "" });
  expect(readFileSync(join(root, "data", "accounts.json"), "utf8")).toBe(before);
});

it("shows the address on the layers of a deployment that is named", async () => {
  const anvil = await startAnvil();
  try {
    const settlement = `0x${"11".repeat(20)}` as const;
    await account(["import", "alice"], { input: KEY });
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
