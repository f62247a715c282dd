import { join } from "node:path";
import { escapePublicInputs, escapeStatement } from "@frond/circuits";
import { readCredit, submitEscape } from "@frond/contracts";
import { createStandInProver, escapesOf, type StandInProver } from "@frond/contracts/testing";
import { exchange } from "@frond/exchange";
import { type FollowerStore, openFollowerStore, openState } from "@frond/follower";
import { type Field, publicKeyOf } from "@frond/foundation";
import { account, application, encodeExit, exitInputs, u128 } from "@frond/language";
import { ACCOUNTS_MAP, addressOf, entryKey, exitPublicInputs, signExit } from "@frond/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LeftExchange, leftExchange } from "../testing/leftExchange.ts";
import { escapePath } from "./escapePath.ts";
import { planEscape } from "./planEscape.ts";
import { previewExits } from "./previewExits.ts";
import { retireDeployment } from "./retireDeployment.ts";

/* An account leaves an exchange on a real Ethereum node with the real contract; the proof is a stand-in's. */

const SECRET = 5n;
const ACCOUNT = addressOf(publicKeyOf(SECRET));
const RECIPIENT = 0xadan;
const BLOCK_KEYS = [1n, 2n, 3n];
const EXIT = { ...encodeExit(exchange, "account", {}), account: ACCOUNT };
const PAYOUTS = [
  { asset: 1, amount: 200n },
  { asset: 2, amount: 400n },
];

let prover: StandInProver;
let left: LeftExchange;
beforeAll(async () => {
  prover = await createStandInProver("escapeCircuit");
  left = await leftExchange({ blockKeys: BLOCK_KEYS, escapeVerifierSource: prover.verifierSource });
  await left.fill(ACCOUNT);
  await left.follow();
});
afterAll(() => Promise.all([left.close(), prover.close()]));

async function withStore<T>(run: (store: FollowerStore) => Promise<T>): Promise<T> {
  const { settlement } = left.network.owner;
  const path = join(left.directory, "follower", "tree");
  const store = openFollowerStore({ path, identity: { chainId: 31_337, settlement } });
  return await run(store).finally(() => store.close());
}

const plan = (planned = EXIT, app: Pick<typeof exchange, "name" | "program" | "state" | "genesis"> = exchange) =>
  withStore((store) => planEscape(left.network.bob, { store, layerId: left.layerId, application: app }, planned));
const preview = (of = ACCOUNT, app: Pick<typeof exchange, "name" | "program" | "state" | "genesis"> = exchange) =>
  withStore((store) => previewExits(left.network.bob, { store, layerId: left.layerId, application: app }, of));

/** Entries as wide as those of the exchange. */
const other = application({
  name: "other",
  state: { accounts: account({ a: u128, b: u128, c: u128 }) },
  methods: {},
  exits: {
    part: {
      args: { half: u128 },
      run: ({ state, account: owner, pay }, { half }) =>
        pay({ asset: 1, amount: state.accounts.at(owner).a.get().add(half) }),
    },
  },
});
const wide = application({
  name: "wide",
  state: { accounts: account({ a: u128, b: u128, c: u128, d: u128, e: u128, f: u128 }) },
  methods: {},
  exits: {
    all: {
      args: {},
      run: ({ state, account: owner, pay }) => pay({ asset: 1, amount: state.accounts.at(owner).a.get() }),
    },
  },
});

it("says what each exit pays, also of a layer that goes on", async () => {
  expect(await preview()).toEqual([{ name: "account", kind: "pays", payouts: PAYOUTS }]);
  expect(await preview(77n)).toEqual([{ name: "account", kind: "nothing", reason: "There is nothing to claim." }]);
  expect(await preview(ACCOUNT, other as never)).toEqual([{ name: "part", kind: "arguments" }]);
  await expect(preview(ACCOUNT, wide as never)).rejects.toMatchObject({ code: "network/other-application" });
});

it("pays by the values that the account's owner holds, if nobody tells them", async () => {
  const { layerId } = left;
  await withStore(async (store) => {
    const { index, leaf } = openState(store, layerId).open(entryKey(ACCOUNTS_MAP, [ACCOUNT]));
    const rows = store.rowsOf(layerId);
    const secretRows = {
      ...rows,
      leaf: (at: number) => (at === index ? { ...leaf, values: undefined } : rows.leaf(at)),
    };
    const secretive = { layers: store.layers, states: store.states, rowsOf: () => secretRows };
    const place = { store: secretive, layerId, application: exchange };
    const of = (held: readonly (readonly Field[])[]) => previewExits(left.network.bob, { ...place, held }, ACCOUNT);
    expect(await of([[1n, 2n], leaf.values!])).toEqual([{ name: "account", kind: "pays", payouts: PAYOUTS }]);
    await expect(of([leaf.values!.with(0, 9n)])).rejects.toMatchObject({ code: "language/hidden-entry" });
  });
});

it("leaves a layer that goes on once the deployment is retired, which has to wait", async () => {
  const { network } = left;
  await network.backToStart();
  await expect(plan()).rejects.toMatchObject({
    code: "network/layer-not-frozen",
    message: expect.stringMatching(/is not frozen.*`frond force --layer 0x.*`frond freeze.*`frond retire` if nothing/),
  });
  const early = await retireDeployment(network.bob).catch((error: unknown) => error);
  expect(early).toMatchObject({ code: "network/not-yet-retirable" });
  await network.request("evm_setNextBlockTimestamp", (early as { data: { from: number } }).data.from / 1_000);
  await network.request("evm_mine");
  await retireDeployment(network.bob);
  await expect(retireDeployment(network.bob)).rejects.toMatchObject({ code: "network/already-retired" });
  expect(await plan()).toEqual(PAYOUTS.map((payout) => ({ ...payout, credited: payout.amount })));
  await network.backToStart();
});

it("waits for the freeze, and for the follower to see it", async () => {
  await left.demandFreeze();
  await expect(plan()).rejects.toMatchObject({
    code: "network/layer-not-frozen",
    message: expect.stringContaining("Its freeze was demanded at"),
  });
  await left.carryFreeze();
  await expect(plan()).rejects.toMatchObject({ code: "network/follower-behind" });
  await left.follow();
  expect(await plan()).toEqual(PAYOUTS.map((payout) => ({ ...payout, credited: payout.amount })));
  await expect(plan(EXIT, wide as never)).rejects.toMatchObject({ code: "network/other-application" });
  await expect(plan({ ...EXIT, account: 77n })).rejects.toMatchObject({ code: "language/exit-failed" });
});

it("says that the vault has less, or nothing, and that a claim is paid", async () => {
  const { network, layerId } = left;
  const escapes = escapesOf(network.alice, prover);
  const take = (claimId: bigint, asset: number, amount: bigint, vault: bigint) =>
    escapes.leave({ layer: layerId, claimId, shares: [{ asset, amount, vault }] });
  await take(90n, 1, 1_000n, 1_100n);
  expect(await plan()).toMatchObject([{ credited: 100n }, { credited: 400n }]);

  const exit = signExit({ layerId, exit: EXIT.exit, args: EXIT.args, recipient: RECIPIENT }, SECRET);
  const statement = await withStore(async (store) => {
    const { statement: exited, payouts } = exitInputs({
      program: exchange.program,
      exit,
      state: openState(store, layerId),
    });
    const claim = { keyHash: BLOCK_KEYS[2]!, publicInputs: exitPublicInputs(exited) };
    return escapeStatement({ claim, blockKeys: BLOCK_KEYS, payouts, path: escapePath(store.layers, layerId) });
  });
  await network.request("evm_snapshot").then(async (snapshot) => {
    await take(91n, 1, 1_100n, 1_100n);
    await take(92n, 2, 2_200n, 2_200n);
    await expect(plan()).rejects.toMatchObject({ code: "network/vault-empty" });
    await network.request("evm_revert", snapshot);
  });
  const escaped = await submitEscape(network.bob, {
    statement,
    proof: await prover.prove(escapePublicInputs(statement)),
  });
  expect(escaped.credited).toEqual([
    { asset: 1n, amount: 100n },
    { asset: 2n, amount: 400n },
  ]);
  expect(await readCredit(network.bob, { owner: escaped.recipient, asset: 1n })).toBe(100n);
  await expect(plan()).rejects.toMatchObject({ code: "network/claim-paid" });
  expect(await preview()).toEqual([{ name: "account", kind: "paid" }]);
});

it("refuses a tree that L1 has never had", async () => {
  const elsewhere = { ...left.network.bob, settlement: await left.network.deployTwin() };
  await expect(
    withStore((store) => planEscape(elsewhere, { store, layerId: left.layerId, application: exchange }, EXIT)),
  ).rejects.toMatchObject({ code: "network/followed-root" });
});
