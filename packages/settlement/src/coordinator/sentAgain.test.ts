import { fieldToHex } from "@frond/foundation";
import { type Preconfirmation, signTransaction, type Transaction } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ALICE } from "../testing/bank.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/*
 * Anybody may send a bundle again that is there, because an answer was lost, or to do harm: its signer, or whoever has
 * seen it.
 */

let tree: TestTree;
let legs: Transaction[];
let asked: string[];
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
  for (const name of ["b", "c"]) tree.deposit(name, 100n);
  await tree.until(() => ["b", "c"].every((name) => tree.balance(name) === 100n), "the deposits have arrived");
  legs = tree.bundle(["b", "c"].map((name) => tree.unsigned(name, "pay", [PAYEE, 7n])));
  asked = [];
  for (const name of ["b", "c"]) watch(name);
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const PAYEE = 0xb0bn;
const send = () => tree.coordinator.sendBundle(legs);
const idOfBundle = () => legs[0]!.link.id;
const paid = () => ["b", "c"].map((name) => tree.balance(name, PAYEE));
const hashesOf = (promised: readonly Preconfirmation[]) => promised.map(({ transactionHash }) => transactionHash);

/** Notes what a layer is asked. */
function watch(name: string): void {
  const { sequencer } = tree.layer(name);
  const { prepare, commit } = sequencer;
  sequencer.prepare = (...of) => {
    asked.push(`prepare ${name}`);
    return prepare(...of);
  };
  sequencer.commit = (hash) => {
    asked.push(`commit ${name}`);
    return commit(hash);
  };
}

/** Nobody has an offence, nobody was set back, and all of it settles. */
async function expectNoHarm(): Promise<void> {
  const statuses = tree.coordinator.layers().map(({ name, status }) => [name, status]);
  expect(statuses).toEqual(["a", "b", "c", "d"].map((name) => [name, "online"]));
  expect(["b", "c"].map((name) => tree.layer(name).sequencer.session)).toEqual([0, 0]);
  expect(paid()).toEqual([7n, 7n]);
}

it("a bundle that is preconfirmed and sent again gets the same promises, and no layer is asked", async () => {
  const promised = await send();
  asked = [];
  expect(await send()).toEqual(promised);
  expect(asked).toEqual([]);
  await expectNoHarm();
  expect((await tree.settle()).leftOut).toEqual([]);
});

it("a bundle that has settled and is sent again is said to be there: no layer is asked, pays or is set back", async () => {
  await send();
  await tree.settle();
  asked = [];
  await expect(send()).rejects.toMatchObject({
    code: "settlement/bundle-executed",
    data: { id: fieldToHex(idOfBundle()), what: "the bundle is settled" },
  });
  expect(asked).toEqual([]);
  await expectNoHarm();
  expect(tree.coordinator.bundle(idOfBundle())).toMatchObject({ status: "settled", epoch: 1 });
});

it("a bundle that is sent again while it is committed waits, and gets the same promises", async () => {
  const [first, second] = await Promise.all([send(), send()]);
  expect(second).toEqual(first);
  expect(asked.sort()).toEqual(["commit b", "commit c", "prepare b", "prepare c"]);
  await expectNoHarm();
});

it("a leg that is sent with a wrong signature beside the bundle takes no promise from the bundle's legs", async () => {
  const wrong = [legs[0]!, { ...legs[1]!, signature: legs[0]!.signature }];
  const [first, ...others] = await Promise.allSettled([
    send(),
    ...Array.from({ length: 4 }, () => tree.coordinator.sendBundle(wrong)),
  ]);
  expect(first!.status).toBe("fulfilled");
  // The id does not name signatures: it is the same bundle.
  expect(others.map(({ status }) => status)).toEqual(others.map(() => "fulfilled"));
  expect(asked.sort()).toEqual(["commit b", "commit c", "prepare b", "prepare c"]);
  await expectNoHarm();
});

it("when the coordinator has forgotten the bundle, the layers say that they have the legs", async () => {
  await send();
  await tree.settle();
  await tree.stopCoordinator();
  await tree.tables.write([{ table: "bundles", key: fieldToHex(idOfBundle()), value: undefined }]);
  await tree.startCoordinator();
  await tree.online();
  expect(tree.coordinator.bundle(idOfBundle())).toBeUndefined();
  await expect(send()).rejects.toMatchObject({ code: "settlement/bundle-executed" });
  expect(asked.filter((what) => what.startsWith("prepare"))).toHaveLength(3);
  await expectNoHarm();
  expect(tree.coordinator.bundle(idOfBundle())).toBeUndefined();
});

it("a bundle that failed can be sent again", async () => {
  const { sequencer } = tree.layer("c");
  const { prepare } = sequencer;
  sequencer.prepare = () => Promise.reject(Object.assign(new Error("It is busy."), { code: "sequencer/inbox-full" }));
  await expect(send()).rejects.toMatchObject({ code: "settlement/bundle-failed" });
  sequencer.prepare = prepare;
  expect(hashesOf(await send())).toHaveLength(2);
  await expectNoHarm();
});

it("a transaction is a leg of one bundle only, or of none: the links are part of what is signed", async () => {
  const promised = hashesOf(await send());
  const leg = legs[0]!;
  await expect(tree.layer("b").sequencer.submit(leg)).rejects.toMatchObject({ code: "sequencer/bundle-leg" });
  const { link, ...single } = leg;
  expect(
    hashesOf([await tree.layer("b").sequencer.submit(signTransaction({ ...single, nonce: 1 }, ALICE))]),
  ).not.toEqual(promised.slice(0, 1));
  await expect(tree.layer("b").sequencer.submit(signTransaction(single, ALICE))).rejects.toMatchObject({
    code: "sequencer/nonce-too-low",
  });
  const unsigned = { ...tree.unsigned("d", "pay", [PAYEE, 0n]) };
  const other = tree.bundle([tree.unsigned("b", "pay", [PAYEE, 7n], { nonce: 0 }), unsigned]);
  expect(other[0]!.link.id).not.toBe(link.id);
  const forged = [{ ...leg, link: other[0]!.link }, other[1]!];
  await expect(tree.coordinator.sendBundle(forged)).rejects.toMatchObject({ data: { leg: 0 } });
  await tree.until(() => tree.balance("b", PAYEE) === 14n, "b has paid twice");
  expect(tree.coordinator.layers().map(({ status }) => status)).toEqual(Array(4).fill("online"));
});
