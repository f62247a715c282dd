import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettled } from "@frond/contracts";
import { createStandInProver, escapesOf, forceOn, type StandInProver } from "@frond/contracts/testing";
import { exchange } from "@frond/exchange";
import { openFollowerStore } from "@frond/follower";
import { settledHistory } from "@frond/follower/testing";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { encodeExit } from "@frond/language";
import { type LeftExchange, leftExchange } from "@frond/network/testing";
import { claimIdOf, addressOf as layerAddressOf, signExit, toJson } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

/* What `frond escape`, `frond freeze` and `frond retire` say before anything is proven; e2e/escape.test.ts proves. */

let prover: StandInProver;
let left: LeftExchange;
let account: bigint;
const empty = mkdtempSync(join(tmpdir(), "frond-escape-"));
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  left = await leftExchange({ blockKeys: [1n, 2n, 3n], escapeVerifierSource: prover.verifierSource });
  const { settlement } = left.network.owner;
  account = layerAddressOf(publicKeyOf(await deriveLayerSecret(left.account, { chainId: 31_337n, settlement })));
  await left.fill(account);
  await left.follow();
});
afterAll(async () => {
  await Promise.all([left.close(), prover.close()]);
  rmSync(empty, { recursive: true });
});

const run = (...args: string[]) => runFrond([...args, "--data", left.directory]);
const leave = (...args: string[]) => run("escape", "--layer", "market", "--from", left.directory, ...args);

async function refused(ran: ReturnType<typeof run>, code: number, message: string | RegExp): Promise<void> {
  const { stdout, stderr, ...ended } = await ran;
  expect([ended.code, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(message);
}

it("lists the exits of the application, and what each pays", async () => {
  const listed = await leave("--json");
  expect(JSON.parse(listed.stdout)).toEqual({
    layer: fieldToHex(left.layerId),
    application: "exchange",
    account: fieldToHex(account),
    exits: [
      {
        name: "account",
        arguments: [],
        kind: "pays",
        payouts: [
          { asset: 1, amount: "200" },
          { asset: 2, amount: "400" },
        ],
      },
    ],
  });
  const { code, stdout } = await leave();
  expect(code).toBe(0);
  expect(stdout).toContain("account: pays 0.0000000000000002 ETH and 400 of asset 2");
  expect(stdout).toContain(`frond escape --exit <exit> --recipient <address> --layer market --data ${left.directory}`);
});

it("needs no network's files: L1 names the layer, and the options the rest", async () => {
  const { anvil, owner } = left.network;
  const elsewhere = ["--data", empty, "--l1", anvil.url, "--settlement", owner.settlement, "--from", left.directory];
  const outside = (...args: string[]) => runFrond(["escape", "--layer", "market", ...elsewhere, ...args]);
  await refused(runFrond(["escape", "--layer", "market", "--data", empty]), 2, /--settlement and an RPC of its L1/);
  await refused(outside(), 2, "There is no account yet.");
  copyFileSync(join(left.directory, "accounts.json"), join(empty, "accounts.json"));
  await refused(outside(), 2, /Nothing says which application layer 0x.* Name it with --application/);
  const { code, stdout } = await outside("--application", "exchange");
  expect([code, stdout]).toEqual([0, expect.stringContaining("account: pays 0.0000000000000002 ETH")]);
});

it("follows L1 first where nothing was followed", { timeout: 120_000 }, async () => {
  const { history, network, settle } = await settledHistory(41);
  await settle(history.settle(() => history.block([0])));
  const { layerId } = history.layerAt([0]).record;
  const place = ["--data", empty, "--l1", network.anvil.url, "--settlement", network.owner.settlement];
  const asked = ["--layer", fieldToHex(layerId), "--application", "exchange", "--confirmations", "0"];
  const ran = runFrond(["escape", ...asked, ...place]);
  // The layer of the history has entries of another size.
  await refused(ran, 1, /does not allow the exits of this version of exchange/);
  expect((await ran).stderr).toContain("following L1");
  const identity = { chainId: 31_337, settlement: network.owner.settlement };
  const store = openFollowerStore({ path: join(empty, "follower", "tree"), identity });
  expect(store.layers.get(layerId)!.record).toEqual(history.layerAt([0]).record);
  await store.close();
  await network.close();
});

it("refuses what can't be meant", async () => {
  await refused(leave("--exit", "acount"), 2, /has no exit acount. Did you mean account\?/);
  await refused(leave("--exit", "account", "--half", "1"), 2, /account has no argument half. Call it as: frond escape/);
  await refused(leave("--exit", "account", "--recipient", "bob"), 2, "bob is no address of L1.");
  await refused(leave("--recipient", `0x${"00".repeat(20)}`), 2, "Nobody can claim what 0x0000");
  await refused(run("escape", "--layer", "markt", "--from", left.directory), 2, "There is no layer markt. Give its id");
  await refused(run("escape", "--layer", "0x77", "--from", left.directory), 1, /The tree has no layer 0x0+77/);
  await refused(
    run("escape", "--layer", "market", "--from", join(empty, "nothing")),
    2,
    "has nothing that was followed.",
  );
  await refused(run("escape"), 2, "required option '--layer <layer>'");
  await refused(leave("--application", "auction"), 1, /does not allow the exits of this version of auction/);
  expect((await run("escape", "--help")).stdout).toMatch(/--recipient <address>/);
});

it("proves what was signed elsewhere, only if it is an exit of the layer", async () => {
  const file = join(empty, "signed.json");
  const elsewhere = ["--data", empty, "--l1", left.network.anvil.url, "--settlement", left.network.owner.settlement];
  const prove = (...args: string[]) =>
    runFrond([
      "escape",
      "--layer",
      "market",
      "--application",
      "exchange",
      ...elsewhere,
      "--from",
      left.directory,
      ...args,
    ]);
  const files = ["--signed", file, "--proof", join(empty, "proof.json")];
  const unsigned = { layerId: left.layerId, ...encodeExit(exchange, "account", {}), recipient: 0xadan };
  const write = (changes: object, text = toJson({ ...signExit(unsigned, 5n), ...changes })) =>
    writeFileSync(file, text);
  await refused(prove("--signed", file), 2, "Give --signed and --proof together");
  await refused(prove(...files), 2, "is no file with a signed exit.");
  write({});
  await refused(prove(...files, "--exit", "account"), 2, "Leave out --exit and --recipient.");
  await refused(prove(...files), 1, /is not frozen, so L1 pays no escape/);
  write({ recipient: 0xbadn });
  await refused(prove(...files), 2, "The signature of the exit does not hold.");
  write({ layerId: 77n });
  await refused(prove(...files), 2, /The signed exit is of layer 0x0+4d\./);
  write({ exit: 9 });
  await refused(prove(...files), 2, "The signed exit is none of exchange.");
  write({}, "{}");
  await refused(prove(...files), 2, "is no file with a signed exit.");
});

it("says what to do about a layer that goes on, step by step until it is frozen", async () => {
  const { network } = left;
  const exit = ["--exit", "account", "--recipient", "alice"];
  await refused(leave(...exit), 1, /is not frozen, so L1 pays no escape/);
  await refused(run("retire"), 1, /can be retired from .* on, if no epoch settles until then/);
  await refused(run("freeze"), 2, "Give --layer, or --id of a forced transaction.");
  await refused(run("freeze", "--layer", "market"), 1, /No forced transaction waits for layer/);
  const forced = await forceOn(network.alice, left.layerId);
  await refused(run("freeze", "--id", String(forced.id)), 1, /The layer has until .* Try again then/);
  // Nothing of the tree moves until then.
  await network.settleUntil(forced.deadline, { rootOut: (await readSettled(network.owner)).root });
  const frozen = await run("freeze", "--id", String(forced.id), "--json");
  expect(JSON.parse(frozen.stdout)).toMatchObject({ layer: fieldToHex(left.layerId), id: Number(forced.id) });
  await refused(run("freeze", "--layer", "market"), 1, /was demanded at .* already/);
  await refused(leave(...exit), 1, /Its freeze was demanded at/);
  await left.carryFreeze();
  await refused(leave(...exit), 1, /is frozen on L1, but not yet in what was followed/);
  await left.follow();
});

it("compares the application with the layer's keys before anything is proven", { timeout: 600_000 }, async () => {
  const ran = leave("--exit", "account", "--recipient", "alice");
  await refused(ran, 1, /does not allow the exits of this version of exchange/);
  expect((await ran).stderr).toMatch(/exchange: exit circuit/);
});

it("says that a claim is paid, without a proof", async () => {
  const { network, layerId } = left;
  const claimId = claimIdOf({ layerId, ...encodeExit(exchange, "account", {}) }, account);
  await escapesOf(network.alice, prover).leave({
    layer: layerId,
    claimId,
    shares: [{ asset: 1, amount: 1n, vault: 1_100n }],
  });
  await refused(leave("--exit", "account"), 1, /L1 has paid this exit of the account/);
  expect((await leave()).stdout).toContain("account: L1 has paid it");
});

it("retires a deployment in which nothing settles", async () => {
  const { network } = left;
  const { stderr } = await run("retire", "--json");
  const { data } = JSON.parse(stderr.trim().split("\n").at(-1)!).error;
  await network.request("evm_setNextBlockTimestamp", data.from / 1_000);
  await network.request("evm_mine");
  expect(JSON.parse((await run("retire", "--json")).stdout)).toMatchObject({ settlement: network.owner.settlement });
  await refused(run("retire"), 1, /is retired already/);
});
