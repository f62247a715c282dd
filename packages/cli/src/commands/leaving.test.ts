import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getForced } from "@frond/contracts";
import { followerOf, settledHistory } from "@frond/follower/testing";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { type LeftExchange, leftExchange } from "@frond/network/testing";
import { startFollowerServer } from "@frond/node";
import { addressOf as layerAddressOf } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createProgram } from "../main.ts";
import { runFrond } from "../testing/testNetwork.ts";

/*
 * The commands of leaving, as somebody has them who knows L1's address, the contract's, a key and the application:
 * nothing of the operators is there, and no network in the data directory.
 */

const KEY = `0x${"42".repeat(32)}`;
const NOWHERE = "http://127.0.0.1:9";
/** Nothing is proven here. */
const VERIFIER = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
contract Verifier {
  function verify(bytes calldata, bytes32[] calldata) external pure returns (bool) { return false; }
}`;

const root = mkdtempSync(join(tmpdir(), "frond-leaving-"));
const data = join(root, "data");
let left: LeftExchange;
let place: string[];
beforeAll(async () => {
  left = await leftExchange({ blockKeys: [1n, 2n, 3n], escapeVerifierSource: VERIFIER });
  const { anvil, owner } = left.network;
  const secret = await deriveLayerSecret(left.account, { chainId: 31_337n, settlement: owner.settlement });
  await left.fill(layerAddressOf(publicKeyOf(secret)));
  await left.follow();
  place = ["--l1", anvil.url, "--settlement", owner.settlement];
  vi.stubEnv("FROND_ACCOUNT_KEY", KEY);
  expect(await runFrond(["account", "import", "alice", "--data", data])).toMatchObject({ code: 0, stderr: "" });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await left.close();
  rmSync(root, { recursive: true });
});

const run = (...args: string[]) => runFrond([...args, "--data", data, ...place]);

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

async function refused(ran: ReturnType<typeof run>, code: number, message: string | RegExp): Promise<void> {
  const { stdout, stderr, ...ended } = await ran;
  expect([ended.code, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(message);
}

const CALL = ["withdraw", "--amount", "5", "--isBase", "true", "--recipient", "alice"];
const FORCE = ["force", ...CALL, "--layer", "market", "--application", "exchange"];

it("says what is missing to force a call, before anything is sent", async () => {
  await refused(run("force", ...CALL), 2, "Nothing says which layer is meant. Give --layer");
  await refused(run("force", ...CALL, "--layer", "markt"), 2, "Give its id, or use one of trunk, market.");
  await refused(run("force", ...CALL, "--layer", "market"), 2, /Nothing says which application layer 0x.* runs/);
  await refused(run(...FORCE), 2, /so the account's next nonce is not known\. Give it with --nonce/);
  await refused(run(...FORCE, "--nonce", "3", "--wait"), 2, "Leave out --wait.");
  await refused(run(...FORCE, "--from", root), 2, "has nothing that was followed.");
  const misspelt = run("force", "withdraw", "--amont", "5", "--layer", "market", "--application", "exchange");
  await refused(misspelt, 2, "Call it as: frond force withdraw --amount <u128>");
  await refused(run(...FORCE, "--from-follower", NOWHERE), 2, "next nonce is not known");
  const { publicClient, settlement } = left.network.owner;
  expect((await getForced({ publicClient, settlement, fromBlock: 0n })).events).toEqual([]);
});

it("forces a call with the nonce that was followed, or that is given", async () => {
  const layer = fieldToHex(left.layerId);
  expect(await json(...FORCE, "--from", left.directory)).toMatchObject({ id: 0, layer, nonce: 3, status: "waiting" });
  const { code, stdout } = await run(...FORCE, "--nonce", "7");
  expect(code).toBe(0);
  expect(stdout).toContain(`frond freeze ${place.join(" ")} --layer ${layer} --data ${data}`);
  await refused(run("freeze", "--layer", "market"), 1, /The layer has until .* Try again then/);
});

it("forces a call with the nonce that a follower says", { timeout: 120_000 }, async () => {
  const { history, network, settle } = await settledHistory(41);
  await settle(history.settle(() => history.block([0])));
  const follower = await followerOf(network, join(root, "followed"));
  await follower.step();
  const { settlement } = network.owner;
  const door = { host: "127.0.0.1", port: 0 };
  const promisesOf = async () => ({});
  const server = await startFollowerServer({ follower, chain: { chainId: 31_337, settlement }, promisesOf, ...door });
  try {
    await network.request("anvil_setBalance", left.account.address, "0x8ac7230489e80000");
    const layer = fieldToHex(history.layerAt([0]).record.layerId);
    const call = [
      ...CALL,
      "--layer",
      layer,
      "--application",
      "exchange",
      "--from-follower",
      `${NOWHERE},${server.url}`,
    ];
    const there = ["--l1", network.anvil.url, "--settlement", settlement, "--data", data, "--json"];
    const { stdout } = await runFrond(["force", ...call, ...there]);
    expect(JSON.parse(stdout)).toMatchObject({ id: 0, layer, nonce: 0 });
  } finally {
    await server.close();
    await follower.close();
    await network.close();
  }
});

type Promises = {
  readonly rows: readonly { about: string; promise: string; detail: string }[];
  readonly record: object;
};
const statusOf = ({ rows }: Promises) => rows.find(({ about }) => about === "status");

it("says what a layer promises, by its name on L1 or by its id", async () => {
  const shown = await json<Promises>("layer", "show", "market");
  expect(shown.rows.map(({ about }) => about)).toContain("exit window");
  expect(shown.record).toBeNull();
  expect(statusOf(shown)).toMatchObject({ promise: "moves", detail: expect.stringContaining("frond follow") });
  const { code, stdout } = await run("layer", "show", fieldToHex(left.layerId));
  expect([code, stdout]).toEqual([0, expect.stringContaining("data availability: on L1")]);
  const followed = await json<Promises>("layer", "show", "market", "--from", left.directory);
  expect(followed.record).toMatchObject({ time: 5_000 });
  expect(statusOf(followed)).toMatchObject({ detail: expect.stringContaining("1970-01-01T00:00:05.000Z") });
  await refused(run("layer", "show", "markt"), 2, "There is no layer markt.");
  await refused(run("layer", "show", "0x77"), 2, /L1 has no layer 0x0+77 yet/);
  // The coordinator of this data directory's network does not answer.
  const dead = await runFrond(["layer", "show", "market", "--data", left.directory]);
  expect([dead.code, dead.stdout]).toEqual([0, expect.stringContaining("data availability: on L1")]);
});

it("examines the layers that L1 tells of, and asks for an application where L1 does not name one", async () => {
  const { findings } = await json<{ findings: { subject: string; verdict: string }[] }>("doctor", "--quick");
  expect(findings.map(({ subject, verdict }) => `${subject}: ${verdict}`)).toEqual([
    "genesis: same",
    "config of trunk: same",
    "beginning of trunk: unchecked",
    "keys of trunk: unchecked",
    "config of market: same",
    "beginning of market: unchecked",
    "keys of market: unchecked",
    "verifier of epochs: unchecked",
    "verifier of escapes: unchecked",
    "what is trusted: unchecked",
  ]);
  await refused(run("doctor", "--quick", "--application", "market"), 2, "Give <layer>=<application>.");
});

it("recovers no coordinator that is not lost", async () => {
  const recover = (directory: string) =>
    runFrond(["recover", "coordinator", ...place, "--port", "0", "--data", directory, "--json"]);
  // With nothing there it is `frond coordinator`, which needs an account that settles.
  await refused(recover(join(root, "lost")), 2, "Put its private key (0x and 64 hex digits) into FROND_L1_PRIVATE_KEY");
  mkdirSync(join(root, "kept", "coordinator"), { recursive: true });
  await refused(recover(join(root, "kept")), 2, "has the data of a coordinator, so it is not lost. Start it with");
});

const commands: readonly (readonly string[])[] = [
  ["account", "import"],
  ["account", "export"],
  ["account", "show"],
  ["follow"],
  ["force", "withdraw"],
  ["freeze", "--layer", "market"],
  ["escape", "--layer", "market"],
  ["retire"],
  ["claim"],
  ["doctor"],
  ["layer", "show", "market"],
  ["recover", "layer", "market"],
  ["recover", "coordinator"],
  ["coordinator"],
];
/** The words that name the command. */
const wordsOf = (words: readonly string[]) =>
  words.filter((word) => !word.startsWith("--") && !/market|draw/.test(word));

const named = commands.map((words) => [wordsOf(words).join(" "), words] as const);

it.each(named)("frond %s has help", async (_, words) => {
  const { code, stdout, stderr } = await runFrond([...wordsOf(words), "--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`Usage: frond ${wordsOf(words).join(" ")}`);
});

it.each(named)("frond %s ends with 2 and a line of JSON where nothing is given", async (_, words) => {
  vi.stubEnv("FROND_ACCOUNT_KEY", "no key");
  const { code, stdout, stderr } = await runFrond([...words, "--data", join(root, "empty"), "--json"]);
  vi.stubEnv("FROND_ACCOUNT_KEY", KEY);
  expect([code, stdout]).toEqual([2, ""]);
  const { error } = JSON.parse(stderr);
  const isAccount = words[0] === "account" && words[1] !== "import";
  expect(error.code).toBe(isAccount ? "cli/unknown-account" : "cli/usage");
  // Commander's own sentences name the option that is missing.
  expect(error.message).toMatch(/--|`frond/);
});

const OF_DIRECTORIES = ["account", "recover", "coordinator", "follow"];
const askingLayerOne = named.filter(([, [name]]) => !OF_DIRECTORIES.includes(name!));

it.each(askingLayerOne)("frond %s ends with 1 where L1 does not answer", { timeout: 60_000 }, async (_, words) => {
  const there = ["--l1", NOWHERE, "--settlement", `0x${"11".repeat(20)}`];
  const { code, stdout, stderr } = await runFrond([...words, "--data", data, ...there, "--json"]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(JSON.parse(stderr.trim().split("\n").at(-1)!).error.code).toBe("contracts/l1-answer");
});

it("has every command of leaving in the program", async () => {
  const known = (await createProgram()).commands.map((command) => command.name());
  expect(known).toEqual(expect.arrayContaining(commands.map(([name]) => name)));
});
