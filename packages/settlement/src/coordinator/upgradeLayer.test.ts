import { publicKeyOf, sleep } from "@frond/foundation";
import { layerConfigHash, readSegments } from "@frond/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signLayer } from "../link/signedLayer.ts";
import { withKey } from "../testing/bank.ts";
import { OWNER, startTestTree, type TestTree } from "../testing/testTree.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Announcement } from "../types.ts";

const NEXT_KEY = 1_002n;
const NEXT_SECRET = 777n;
const HOUR_MILLISECONDS = 3_600_000;
const NOT_ANNOUNCED = "settlement/upgrade-not-announced";

let tree: TestTree;
let next: KnownLayer;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
  next = withKey(tree.layer("c").known, NEXT_KEY);
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

/** The owner's announcement, usable for an hour, and for one more, unless something else is said. */
function announce(given: Partial<Announcement> = {}, { announcer = OWNER, layer = next } = {}): void {
  const usableFrom = Date.now() - HOUR_MILLISECONDS;
  const usableBefore = Date.now() + HOUR_MILLISECONDS;
  const configHash = layerConfigHash(layer.config);
  tree.l1.chain.announced.set(`${layer.layerId}/${announcer}`, {
    ...{ configHash, usableFrom, usableBefore },
    ...given,
  });
}

/** Tells the coordinator, signed by the sequencer's present key unless another one is said. */
const upgrade = (layer = next, secret = tree.layer("c").secret) => tree.coordinator.upgrade(signLayer(layer, secret));

/** Which steps the settled epochs tell of a layer, by their names. */
function stepsOf(name: string): string[] {
  const { data } = tree.l1.chain.settled.at(-1)!;
  return readSegments(data).flatMap(({ layerId, kind }) => (layerId === tree.idOf(name) ? [String(kind)] : []));
}

const keysOfC = () => tree.coordinator.known(next.layerId)!.blockKeys;

async function settleDeposit(name: string): Promise<void> {
  tree.deposit(name, 100n);
  await tree.settle();
}

describe("an upgrade is refused", () => {
  it("that nobody has announced", async () => {
    await expect(upgrade()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[UpgradeNotAnnouncedError: The layer c can't be upgraded: its owner 0x0000000000000000000000000000000000000aaa has not announced this configuration on L1. Announce it from that account with \`frond layer upgrade\`, or wait until L1 has confirmed that.]`,
    );
  });

  it("that somebody else has announced", async () => {
    announce({}, { announcer: OWNER + 1n });
    await expect(upgrade()).rejects.toMatchObject({ code: NOT_ANNOUNCED });
  });

  it("of which the announcement is over", async () => {
    await settleDeposit("d");
    announce({ usableBefore: tree.l1.chain.settledUntil });
    await expect(upgrade()).rejects.toMatchObject({ code: NOT_ANNOUNCED });
  });

  it("that is not what was announced", async () => {
    announce({ configHash: 1n });
    await expect(upgrade()).rejects.toMatchObject({ code: NOT_ANNOUNCED });
  });

  it.each<[string, (layer: KnownLayer) => KnownLayer]>([
    ["another name", (layer) => ({ ...layer, name: "z" })],
    ["another first state", (layer) => ({ ...layer, config: { ...layer.config, genesisStateRoot: 1n } })],
    ["keys that are not its own", (layer) => ({ ...layer, blockKeys: [5n] })],
    ["no circuit for a size", (layer) => ({ ...layer, circuits: [] })],
    ["a key that is none", (layer) => ({ ...layer, config: { ...layer.config, sequencerKey: { x: 1n, y: 1n } } })],
  ])("with %s", async (_, change) => {
    next = change(next);
    announce();
    await expect(upgrade()).rejects.toMatchObject({ code: "settlement/upgrade" });
  });
});

it("to what a layer is already changes nothing", async () => {
  await settleDeposit("c");
  const { known, link, sequencer } = tree.layer("c");
  const circuits = known.circuits.map((circuit) => ({ ...circuit, digest: "of-a-stranger" }));
  await tree.coordinator.upgrade(signLayer({ ...known, circuits }, tree.layer("c").secret));
  await settleDeposit("c");
  expect([sequencer.session, link.status().coordinator]).toEqual([0, "connected"]);
  expect(tree.coordinator.known(known.layerId)?.circuits).toEqual(known.circuits);
});

describe("an announced upgrade", () => {
  it("is not told by whoever does not have the key of the sequencer that it names", async () => {
    const strange = { ...next, circuits: next.circuits.map((circuit) => ({ ...circuit, digest: "of-a-stranger" })) };
    announce();
    await upgrade();
    const refused = { code: "settlement/upgrade", message: expect.stringMatching(/has not signed/) };
    await expect(upgrade(strange, 666n)).rejects.toMatchObject(refused);
    const { signature } = signLayer(next, tree.layer("c").secret);
    await expect(tree.coordinator.upgrade({ ...strange, signature })).rejects.toMatchObject(refused);
    await settleDeposit("d");
    expect(tree.coordinator.known(next.layerId)).toEqual(next);
  });

  it("waits until it has been announced for long enough", async () => {
    announce({ usableFrom: Date.now() + HOUR_MILLISECONDS });
    await upgrade();
    await settleDeposit("d");
    expect(stepsOf("c")).toEqual([]);
    expect(keysOfC()[0]).not.toBe(NEXT_KEY);
    announce();
    await upgrade();
    await settleDeposit("d");
    expect(stepsOf("c")).toEqual(["upgrade"]);
    expect(keysOfC()[0]).toBe(NEXT_KEY);
  });

  it("does not come once it is over or cancelled", async () => {
    await settleDeposit("d");
    announce();
    await upgrade();
    announce({ usableBefore: tree.l1.chain.settledUntil });
    await settleDeposit("d");
    await settleDeposit("d");
    expect(stepsOf("c")).toEqual([]);
    expect(keysOfC()[0]).not.toBe(NEXT_KEY);
  });

  it("survives a restart of the coordinator, and takes effect once", async () => {
    announce();
    await upgrade();
    await tree.stopCoordinator();
    await tree.startCoordinator();
    await tree.online();
    await settleDeposit("d");
    expect(keysOfC()[0]).toBe(NEXT_KEY);
    await tree.stopCoordinator();
    await tree.startCoordinator();
    expect(keysOfC()[0]).toBe(NEXT_KEY);
    await settleDeposit("d");
    expect(stepsOf("c")).toEqual([]);
  });

  it("is read from L1 once, and not at every look, until it can be due", async () => {
    const { layerOne } = tree.l1;
    const { announcement } = layerOne;
    let reads = 0;
    layerOne.announcement = async (of) => {
      reads += 1;
      return await announcement(of);
    };
    const usableFrom = Date.now() + HOUR_MILLISECONDS;
    for (const name of ["b", "c", "d"]) {
      const planned = withKey(tree.layer(name).known, NEXT_KEY);
      announce({ usableFrom }, { layer: planned });
      await upgrade(planned, tree.layer(name).secret);
    }
    // By then each was read once more by whoever follows L1.
    await sleep(500);
    const before = reads;
    await sleep(500);
    expect([before <= 6, reads]).toEqual([true, before]);
  });

  it("comes before those of others that were announced later, of which an epoch carries six", async () => {
    for (const name of ["e", "f", "g"]) {
      await tree.addLayer(name, "a");
      tree.deposit(name, 1n);
    }
    await tree.until(() => ["e", "f", "g"].every((name) => tree.balance(name) === 1n), "they have got deposits");
    expect(await tree.settle()).toMatchObject({ registered: 3 });
    for (const name of ["a", "b", "d", "e", "f", "g", "c"]) {
      const layer = withKey(tree.layer(name).known, NEXT_KEY);
      announce(name === "c" ? { usableFrom: Date.now() - 2 * HOUR_MILLISECONDS } : {}, { layer });
      await upgrade(layer, tree.layer(name).secret);
    }
    await settleDeposit("d");
    const upgraded = readSegments(tree.l1.chain.settled.at(-1)!.data).filter(({ kind }) => kind === "upgrade");
    expect([upgraded.length, stepsOf("c")]).toEqual([6, ["upgrade"]]);
  });

  it("ends an epoch though nothing else happens", async () => {
    await tree.close();
    tree = await startTestTree({ policy: { epochSeconds: 0.1 } });
    await tree.online();
    announce();
    await upgrade();
    await tree.until(() => keysOfC()[0] === NEXT_KEY, "the upgrade has settled");
  });
});

it("blocks before an upgrade in its epoch have the former keys, and blocks after it the new ones", async () => {
  announce();
  await upgrade();
  await settleDeposit("c");
  expect(stepsOf("c")).toEqual(["block", "upgrade"]);
  const keys = () =>
    tree.prover.proven
      .filter(({ kind, layerId }) => kind === "block" && layerId === next.layerId)
      .map(({ keyHash }) => keyHash);
  expect(new Set(keys())).toEqual(new Set([1_000n]));

  // Its node does not go on with the former application.
  await tree.until(
    () => tree.layer("c").link.status().reason?.includes("another configuration") === true,
    "it is told",
  );
  await tree.layer("c").stop();
  tree.layer("c").known = next;
  await tree.layer("c").start();
  await tree.online();
  await settleDeposit("c");
  expect(stepsOf("c")).toEqual(["block"]);
  expect(keys().at(-1)).toBe(NEXT_KEY);
});

it("another sequencer takes over with an upgrade, and the former one is refused", async () => {
  next = { ...next, config: { ...next.config, sequencerKey: publicKeyOf(NEXT_SECRET) } };
  announce();
  await upgrade(next, NEXT_SECRET);
  await settleDeposit("c");
  const layer = tree.layer("c");
  await tree.until(() => layer.link.status().reason?.includes("signature") === true, "the former one is refused");
  await layer.stop();
  layer.known = next;
  layer.secret = NEXT_SECRET;
  await layer.start();
  await tree.online();
  await settleDeposit("c");
  expect(stepsOf("c")).toEqual(["block"]);
});

it("a frozen layer is not upgraded", async () => {
  announce();
  await upgrade();
  tree.l1.chain.freezes = [next.layerId];
  await settleDeposit("d");
  expect(stepsOf("c")).toEqual(["freeze"]);
  tree.l1.chain.freezes = [];
  await settleDeposit("d");
  expect(stepsOf("c")).toEqual([]);
});
