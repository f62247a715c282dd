import { publicKeyOf, signChallenge, sleep } from "@frond/foundation";
import { LAST_TIME, layerIdOfConfig, MessageKind, messagesHash, signBlock, toJson } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoordinatorFrame, identityChallenge, type LayerFrame } from "../link/frames.ts";
import { signLayer } from "../link/signedLayer.ts";
import { alice } from "../testing/bank.ts";
import { SOME_DATA } from "../testing/someData.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";
import { statementOf } from "../tree/blockStep.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";

/*
 * Layers of strangers, which are registered and have proven nothing: raw connections without sequencer, store or
 * circuit. The strangers alone pay for what they do.
 */

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree({ registrationsWithoutBlocks: 0 });
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const MALLORY = 666n;
const PAYEE = 0xb0bn;

function layerOfMallory(index: number, name = `mallory-${index}`): KnownLayer {
  const like = tree.layer("b").known;
  const config = { ...like.config, parentId: tree.idOf("a"), index: BigInt(index), sequencerKey: publicKeyOf(MALLORY) };
  return { ...like, name, config, layerId: layerIdOfConfig(config) };
}

const register = (known: KnownLayer) => tree.coordinator.register(signLayer(known, MALLORY));

async function fund(name: string, amount: bigint): Promise<void> {
  const before = tree.balance(name);
  tree.deposit(name, amount);
  await tree.until(() => tree.balance(name) === before + amount, `${name} has got the deposit`);
}

/** The same, with the number that the deposit has on L1. */
async function fundWithId(name: string, id: number): Promise<void> {
  const owner = { recipient: alice, payload: 0xb2n, depositor: 0xb2n };
  tree.l1.chain.deposits.push({ id, layer: tree.idOf(name), asset: 1, amount: 10n, ...owner, expiry: LAST_TIME });
  await tree.until(() => tree.balance(name) === 10n, `${name} has got the deposit`);
}

/** Connects as the sequencer of a layer, and says whatever it likes. */
async function connect(known: KnownLayer, secret = MALLORY, said: CoordinatorFrame[] = []) {
  let probes = 0;
  let isOpen = true;
  const connection = tree.coordinator.accept({
    send: (frame) => void said.push(frame),
    close: () => (isOpen = false),
    probe: () => probes++,
  });
  const say = (frame: LayerFrame) => connection.receive(toJson(frame as never));
  const [challenge] = said as [Extract<CoordinatorFrame, { type: "challenge" }>];
  const { layerId } = known;
  const key = publicKeyOf(secret);
  const { nonce } = challenge;
  const { signature } = signChallenge(secret, (r) => identityChallenge({ r: r.x, key, layerId, nonce }));
  await say({ type: "identify", layerId, url: "http://mallory", signature });
  return { say, said, closed: () => connection.closed(), probes: () => probes, isOpen: () => isOpen };
}

const positionAt = (changes: Partial<Extract<LayerFrame, { type: "position" }>> = {}) =>
  ({
    type: "position",
    number: 1,
    session: 0,
    epoch: tree.coordinator.network().epoch.open,
    block: 0,
    sealed: 0,
    message: -1,
    time: 0,
    isHeld: false,
    returning: { count: 0 },
    settled: 0,
    ...changes,
  }) as const;

function messageTo(victim: string, from: KnownLayer, time: number): LayerFrame {
  const message = {
    from: from.layerId,
    to: tree.idOf(victim),
    time,
    kind: MessageKind.call,
    asset: 0,
    amount: 0n,
    recipient: 0n,
    payload: 0n,
  };
  const { open: epoch } = tree.coordinator.network().epoch;
  const outgoing = { message, position: time * 64, block: 1, time, epoch };
  return { type: "message", session: 0, previous: -1, outgoing };
}

/** A block of Mallory's that is as good as a stranger's can be, without the circuit's witness. */
function blockOf(known: KnownLayer, changes: Partial<BlockRecord> = {}): LayerFrame {
  const block = {
    number: 1,
    time: Date.now(),
    epoch: tree.coordinator.network().epoch.open,
    size: "small",
    status: "sealed",
    transactions: [],
    fee: 0n,
    consumed: [],
    produced: [],
    stateRootBefore: known.config.genesisStateRoot,
    stateRootAfter: 5n,
    ...SOME_DATA,
    entries: 0,
    inserts: 0,
    sealedAt: 0,
    ...changes,
  } as unknown as BlockRecord;
  const statement = statementOf({ ...block, messagesHash: messagesHash(block.produced, []) }, known.layerId);
  const { signature } = signBlock(statement, MALLORY);
  const inputs = { layer_id: `${known.layerId}`, time: `${block.time}` };
  return {
    type: "block",
    session: 0,
    block: { ...block, messagesHash: statement.messagesHash, signature },
    inputs,
  } as unknown as LayerFrame;
}

const sessionOf = (name: string) => tree.layer(name).sequencer.session;

describe("a stranger's layer", () => {
  it("sets nobody back by a greater session, by messages that nobody asked for, or by going away", async () => {
    await fund("b", 100n);
    await tree.call("b", "pay", [PAYEE, 1n]);
    const known = layerOfMallory(50);
    await register(known);
    for (let session = 1; session < 20; session++) {
      const mallory = await connect(known);
      await mallory.say(messageTo("b", known, Date.now() + session));
      await mallory.say(positionAt({ session }));
      expect(mallory.said.at(-1)).toMatchObject({ type: "refused" });
      mallory.closed();
      const again = await connect(known);
      await again.say(positionAt());
      await again.say(messageTo("b", known, Date.now() + session));
      again.closed();
    }
    expect(sessionOf("b")).toBe(0);
    const epoch = await tree.settle();
    expect(epoch).toMatchObject({ leftOut: [] });
    expect(tree.balance("b", PAYEE)).toBe(1n);
    expect(sessionOf("b")).toBe(0);
  });

  it("can't use up the times of others", async () => {
    const known = layerOfMallory(51);
    await register(known);
    const mallory = await connect(known);
    await mallory.say(positionAt());
    await mallory.say(messageTo("b", known, LAST_TIME - 2));
    await fund("b", 100n);
    await tree.call("b", "pay", [PAYEE, 1n]);
    expect(tree.layer("b").sequencer.status().time).toBeLessThan(Date.now() + 1_000);
    mallory.closed();
    expect(await tree.settle()).toMatchObject({ leftOut: [] });
  });

  it("is told of settled epochs once, and again after a second, however often it says that it knows none", async () => {
    for (const amount of [1n, 2n, 3n]) {
      await fund("b", amount);
      await tree.settle();
    }
    const known = layerOfMallory(53);
    await register(known);
    const mallory = await connect(known);
    const told = () => mallory.said.filter(({ type }) => type === "settled").length;
    const started = performance.now();
    for (let number = 1; number <= 100; number++) await mallory.say(positionAt({ number, settled: number % 3 }));
    expect(told()).toBeLessThanOrEqual(3 * (1 + Math.floor((performance.now() - started) / 1_000)));
    expect(told()).toBeGreaterThan(0);
    const before = told();
    await sleep(1_000);
    await mallory.say(positionAt({ number: 101, settled: 0 }));
    expect(told()).toBe(before + 3);
    mallory.closed();
  });

  it("makes nobody else be told anything by where it says that it is", async () => {
    const known = layerOfMallory(54);
    await register(known);
    const mallory = await connect(known);
    await mallory.say(positionAt());
    await tree.layer("c").stop();
    const said: CoordinatorFrame[] = [];
    const { known: knownC, secret } = tree.layer("c");
    const observer = await connect(knownC, secret, said);
    await observer.say(positionAt());
    await sleep(300);
    const told = () => said.filter(({ type }) => type === "network").length;
    const before = told();
    const started = performance.now();
    for (let number = 2; number <= 400; number++) await mallory.say(positionAt({ number, epoch: number % 2 }));
    // Everybody is told again every five seconds.
    expect(told() - before).toBeLessThanOrEqual(1 + Math.floor((performance.now() - started) / 5_000));
    mallory.closed();
    observer.closed();
  });

  it.each(["can't be proven", "is proven, and not fit to settle"])("ends no epoch by a block that %s", async (what) => {
    await tree.close();
    tree = await startTestTree({ policy: { epochSeconds: 0.1 }, registrationsWithoutBlocks: 0 });
    await tree.online();
    const known = layerOfMallory(55);
    await register(known);
    const mallory = await connect(known);
    await mallory.say(positionAt());
    const isProvable = what !== "can't be proven";
    if (!isProvable) tree.refused.add(`${known.layerId}`);
    // Long after the block is old enough for an epoch to end.
    tree.prover.refusalMilliseconds = 500;
    const made = tree.prover.made.length;
    await mallory.say(blockOf(known, isProvable ? { stateRootBefore: 1n } : {}));
    const isTried = () => tree.prover.made.length > made || tree.prover.refusals.length > 0;
    await tree.until(isTried, "its proof is tried");
    await sleep(1_000);
    expect(tree.coordinator.network().epoch.open).toBe(1);
    expect(["a", "b", "c", "d"].map(sessionOf)).toEqual([0, 0, 0, 0]);
    mallory.closed();
    // Whoever makes a block that settles ends it.
    tree.deposit("b", 1n);
    await tree.until(() => tree.settled.length > 0, "the deposit has settled");
    expect(sessionOf("b")).toBe(0);
  });

  it("takes part in no bundle, so it can fail none", async () => {
    await fund("b", 100n);
    const known = layerOfMallory(52);
    await register(known);
    const mallory = await connect(known);
    await mallory.say(positionAt());
    const legs = [
      tree.unsigned("b", "pay", [PAYEE, 1n]),
      { ...tree.unsigned("b", "pay", [PAYEE, 1n]), layerId: known.layerId, nonce: 0 },
    ];
    for (let i = 0; i < 5; i++)
      await expect(tree.coordinator.sendBundle(tree.bundle(legs))).rejects.toMatchObject({
        data: { leg: 1, code: "layer-not-established" },
      });
    expect(sessionOf("b")).toBe(0);
    mallory.closed();
  });

  it("closes registration for nobody, and costs nobody a place in an aggregate or in the list of L1", async () => {
    const places = () => new Set(tree.coordinator.layers().map(({ layerId }) => layerId)).size;
    for (let index = 100; index < 200; index++) await register(layerOfMallory(index));
    expect(places()).toBeLessThanOrEqual(4 + 96);
    await register(layerOfMallory(999, "honest"));
    await fund("b", 100n);
    await tree.call("b", "withdraw", [0xbbn, 1n]);
    expect(await tree.settle()).toMatchObject({ registered: 0, layers: 1, leftOut: [] });
    // The same after a restart.
    await tree.stopCoordinator();
    await tree.startCoordinator();
    await register(layerOfMallory(1_000, "honest-too"));
  });

  it("gets deposits that were made before it was registered", async () => {
    const known = layerOfMallory(1_000);
    const owner = { recipient: alice, payload: 0xa1n, depositor: 0xa1n };
    const deposit = { layer: known.layerId, asset: 1, amount: 10n, ...owner, expiry: LAST_TIME };
    tree.l1.chain.deposits.push({ ...deposit, id: 0 });
    await fundWithId("b", 1);
    await register(known);
    const { say, said } = await connect(known);
    await say(positionAt());
    const delivered = () =>
      said.filter(({ type }) => type === "deliver").map((frame) => (frame as { position?: number }).position);
    await tree.until(() => delivered().length > 0, "the deposit is delivered");
    expect(delivered()).toEqual([0]);
  });

  it("is registered below no layer of which nothing has settled: such a layer would keep a place that is given to others", async () => {
    const parent = layerOfMallory(60);
    await register(parent);
    const child = layerOfMallory(0, "child");
    const config = { ...child.config, parentId: parent.layerId };
    const below = { ...child, config, layerId: layerIdOfConfig(config) };
    await expect(register(below)).rejects.toThrow(/no block of its parent has settled/);
  });

  it("has the first connection of a layer probed by nothing but the layer's key, and takes its place when that has ended", async () => {
    const known = layerOfMallory(61);
    await register(known);
    const first = await connect(known);
    await first.say(positionAt());
    const stranger = await connect(known, 667n);
    expect([first.probes(), stranger.said.at(-1)]).toMatchObject([0, { type: "refused" }]);
    const second = await connect(known);
    expect([first.probes(), first.isOpen(), second.isOpen()]).toEqual([1, true, true]);
    // The first one did not answer. The second connects again.
    first.closed();
    expect(second.isOpen()).toBe(false);
    second.closed();
    const third = await connect(known);
    await third.say(positionAt());
    expect(third.said.map(({ type }) => type)).toContain("wanted");
    third.closed();
  });

  it("is not asked for a circuit by sending one", async () => {
    tree.uploads.areHere = false;
    const known = layerOfMallory(53);
    await register(known);
    const mallory = await connect(known);
    await mallory.say(positionAt());
    await mallory.say({ type: "circuit", digest: "bank-small", data: "AAAA" });
    expect(tree.uploads.areHere).toBe(false);
    mallory.closed();
  });
});

describe("dust", () => {
  it("delays mainly its sender: another depositor's deposit is served in turn, and withdrawals have places of their own", async () => {
    const dust = (id: number) => ({
      id,
      layer: tree.idOf("c"),
      asset: 1,
      amount: 1n,
      recipient: 0xdeadn,
      payload: 0x666n,
      depositor: 0x666n,
      expiry: LAST_TIME,
    });
    for (let i = 0; i < 150; i++) tree.l1.chain.deposits.push(dust(i));
    tree.l1.chain.deposits.push({ ...dust(150), amount: 100n, recipient: alice, depositor: 0xa1n });
    await tree.until(() => tree.balance("c") === 100n, "Alice has got her deposit");
    expect(tree.balance("c", 0xdeadn)).toBeLessThan(60n);
    await tree.call("c", "withdraw", [0xbbn, 5n]);
    expect(await tree.settle()).toMatchObject({ leftOut: [] });
    expect(tree.balance("c")).toBe(95n);
  });
});

describe("an epoch on L1 that somebody else settled", () => {
  it("in which nothing happened is taken up, and the blocks of it are made again in the next one", async () => {
    await fund("b", 100n);
    tree.l1.chain.epoch += 1;
    await tree.call("b", "pay", [PAYEE, 1n]);
    const epoch = await tree.settle();
    expect(epoch).toMatchObject({ epoch: 2, layers: 1, leftOut: [] });
    expect(tree.balance("b", PAYEE)).toBe(1n);
  });

  it("in which nothing happened may end at another time after L1 was reorganised", async () => {
    await fund("b", 100n);
    tree.l1.chain.epoch += 1;
    tree.l1.chain.settledUntil = Date.now() - 5_000;
    await tree.call("b", "pay", [PAYEE, 1n]);
    await tree.until(async () => {
      await tree.coordinator.endEpoch();
      return tree.coordinator.network().epoch.open === 2;
    }, "the epoch is taken up");
    const session = sessionOf("b");
    tree.l1.chain.settledUntil += 3_000;
    expect(await tree.settle()).toMatchObject({ epoch: 2, leftOut: [] });
    expect(sessionOf("b")).toBeGreaterThan(session);
    expect(tree.balance("b", PAYEE)).toBe(1n);
  });
});
