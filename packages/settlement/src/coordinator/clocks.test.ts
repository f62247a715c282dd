import { sleep } from "@frond/foundation";
import { afterEach, describe, expect, it } from "vitest";
import { startTestTree, type TestTree, type TestTreeOptions } from "../testing/testTree.ts";

const HOUR = 3_600_000;

let tree: TestTree;
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

async function start(options: TestTreeOptions = {}): Promise<void> {
  tree = await startTestTree(options);
  await tree.online();
}

async function fund(name: string): Promise<void> {
  const before = tree.balance(name);
  tree.deposit(name, 10n);
  await tree.until(() => tree.balance(name) === before + 10n, `${name} has got the deposit`);
}

/** Of all blocks of a layer. */
function timesOf(name: string): number[] {
  const { store } = tree.layer(name);
  return Array.from({ length: store.lastBlockNumber() }, (_, index) => store.block(index + 1)!.time);
}
const isNear = (time: number, expected: number): boolean => Math.abs(time - expected) < 20_000;

describe("the time that an epoch covers", () => {
  it("begins where that of the one before ended, ends about now, and has all of its blocks", async () => {
    await start();
    for (let epoch = 0; epoch < 2; epoch++) {
      await fund("b");
      await tree.settle();
    }
    const [first, second] = tree.l1.chain.settled.map(({ until }) => until) as [number, number];
    expect(isNear(second, Date.now())).toBe(true);
    const { store } = tree.layer("b");
    for (const [index, time] of timesOf("b").entries()) {
      const { epoch } = store.block(index + 1)!;
      expect(time).toBeGreaterThan(epoch === 1 ? 0 : first);
      expect(time).toBeLessThanOrEqual(epoch === 1 ? first : second);
    }
    expect(store.block(store.lastBlockNumber())!.epoch).toBe(2);
  });

  it("goes on where it was after the coordinator was killed", async () => {
    await start();
    await fund("b");
    await tree.settle();
    await tree.stopCoordinator();
    await tree.startCoordinator();
    await tree.online();
    await fund("b");
    await tree.settle();
    expect(tree.l1.chain.settled).toHaveLength(2);
  });
});

describe("a network whose clocks disagree", () => {
  it.each([
    { what: "this machine's is an hour ahead", options: { coordinatorWall: () => Date.now() + HOUR }, ahead: 0 },
    { what: "this machine's is an hour behind", options: { coordinatorWall: () => Date.now() - HOUR }, ahead: 0 },
    { what: "L1's is an hour ahead", options: { layerOneAhead: HOUR }, ahead: HOUR },
    { what: "L1's is an hour behind", options: { layerOneAhead: -HOUR }, ahead: -HOUR },
  ])("goes by L1's: $what", async ({ options, ahead }) => {
    await start(options);
    await fund("d");
    await tree.settle();
    expect(timesOf("d").every((time) => isNear(time, Date.now() + ahead))).toBe(true);
    expect(isNear(tree.l1.chain.settled[0]!.until, Date.now() + ahead)).toBe(true);
  });

  it("tells a layer whose own clock is wrong", async () => {
    let wrong = 0;
    await start({ wall: () => Date.now() + wrong });
    wrong = -HOUR;
    await fund("c");
    wrong = HOUR;
    await fund("c");
    await tree.settle();
    expect(timesOf("c").every((time) => isNear(time, Date.now()))).toBe(true);
    expect(tree.settled[0]!.leftOut).toEqual([]);
  });
});

it("a layer whose last block is ahead, because L1 was set back, waits, says so, and loses nothing", async () => {
  await start({ layerOneAhead: 20_000 });
  await fund("b");
  await tree.stopCoordinator();
  tree.l1.clock.aheadMilliseconds = 16_000;
  await tree.startCoordinator();
  await tree.online();
  await tree.layer("b").sequencer.seal();
  const [last] = timesOf("b").slice(-1) as [number];
  const paid = tree.call("b", "pay", [0xb0bn, 1n]);
  await tree.until(
    () => tree.coordinator.network().layers.some(({ name, ahead }) => name === "b" && ahead > 0),
    "the layer says that it is ahead",
  );
  expect((await paid).time).toBeGreaterThan(last);
  expect(await tree.settle()).toMatchObject({ leftOut: [] });
  expect(tree.balance("b", 0xb0bn)).toBe(1n);
});

it("an epoch does not end without layers that are ahead, because L1 was set back: nobody pays for that", async () => {
  const policy = { epochSeconds: 1, layerTimeoutMilliseconds: 300 };
  await start({ layerOneAhead: 24_000, blockMilliseconds: HOUR, policy });
  for (const name of ["c", "d"]) await fund(name);
  const legs = ["d", "c"].map((name) => tree.unsigned(name, "pay", [0xb0bn, 7n]));
  await tree.coordinator.sendBundle(tree.bundle(legs));
  await tree.stopCoordinator();
  tree.l1.clock.aheadMilliseconds = 16_000;
  await tree.startCoordinator();
  await tree.online();
  await fund("b");
  for (const name of ["b", "c", "d"]) await tree.layer(name).sequencer.seal();
  await tree.until(() => tree.settled.length === 1, "the epoch has settled", 30_000);
  expect(tree.settled[0]).toMatchObject({ blocks: 3, leftOut: [] });
  expect(tree.coordinator.layers().map(({ status }) => status)).toEqual(Array(4).fill("online"));
  expect(["c", "d"].map((name) => tree.layer(name).sequencer.session)).toEqual([0, 0]);
});

describe("an epoch whose end is ahead of L1's clock", () => {
  async function startWaiting(): Promise<void> {
    await start();
    await fund("b");
    tree.l1.clock.aheadMilliseconds = -HOUR;
    await tree.until(async () => {
      await tree.coordinator.endEpoch();
      return tree.coordinator.network().epoch.blocked !== null;
    }, "the coordinator waits for L1");
  }

  it("waits, says so, and settles as it is when L1 has come up", async () => {
    await startWaiting();
    expect(tree.coordinator.network().epoch).toMatchObject({ proving: 1, stage: "submitting" });
    expect(tree.coordinator.network().epoch.blocked).toMatch(/^Epoch 1 goes until .* L1 takes it in 35\d\d s$/);
    const made = [...tree.prover.made];
    tree.l1.clock.aheadMilliseconds = 0;
    await tree.until(() => tree.settled.length === 1, "the epoch has settled");
    expect(tree.prover.made).toEqual(made);
    expect(tree.coordinator.network().epoch.blocked).toBeNull();
  });

  it("is submitted after a restart that comes meanwhile", async () => {
    await startWaiting();
    await tree.stopCoordinator();
    await tree.startCoordinator();
    await tree.until(() => tree.coordinator.network().epoch.blocked !== null, "the coordinator waits for L1 again");
    tree.l1.clock.aheadMilliseconds = 0;
    await tree.until(() => tree.settled.length === 1, "the epoch has settled");
    expect(tree.layer("b").sequencer.session).toBe(0);
  });
});

describe("a layer that says that a leg has expired since it promised the leg", () => {
  const LOOKS_MILLISECONDS = 300;
  /** The layer's status afterwards. `hasJumped`: L1's time passes the leg's end between promise and execution. */
  const sayExpired = async ({ hasJumped }: { readonly hasJumped: boolean }): Promise<string> => {
    await start();
    for (const name of ["c", "d"]) await fund(name);
    const { sequencer } = tree.layer("c");
    sequencer.commit = async (hash) => {
      if (hasJumped) tree.l1.clock.aheadMilliseconds = HOUR;
      await sleep(LOOKS_MILLISECONDS);
      sequencer.abort(hash);
      throw Object.assign(new Error("The transaction was valid until then."), { code: "sequencer/expired" });
    };
    const expiry = Date.now() + HOUR / 2;
    const legs = tree.bundle(["d", "c"].map((name) => ({ ...tree.unsigned(name, "pay", [0xb0bn, 7n]), expiry })));
    await expect(tree.coordinator.sendBundle(legs)).rejects.toMatchObject({ data: { leg: 1, code: "expired" } });
    await tree.until(() => !tree.balance("d", 0xb0bn), "the leg on d is undone");
    return tree.coordinator.layers().find(({ name }) => name === "c")!.status;
  };

  it("pays for nothing if that is so", async () => {
    expect(await sayExpired({ hasJumped: true })).toBe("online");
  });

  it("pays if it is not", async () => {
    expect(await sayExpired({ hasJumped: false })).toBe("quarantined");
  });
});
