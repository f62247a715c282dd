import { genesisSnapshot, type LayerSnapshot, withChild } from "@frond/circuits";
import { type Field, silentLogger, sleep } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import type { InputMap } from "@frond/prover";
import { systemClock } from "@frond/sequencer";
import { memoryStore, memoryTables } from "@frond/store";
import type { Coordinator } from "../coordinator/createCoordinator.ts";
import { signLayer } from "../link/signedLayer.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { CoordinatorDependencies, EpochPolicy, LayerOne, SettledEpoch, TreeProver } from "../types.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { FORCED_KEY, KEY } from "./bank.ts";
import { fakeCircuit, fakeCircuits, fakeCosts } from "./fakeCircuits.ts";
import { fakeLayerOne } from "./fakeLayerOne.ts";
import { type FakeProver, fakeProver } from "./fakeProver.ts";
import { type RestartableCoordinator, restartableCoordinator } from "./restartableCoordinator.ts";
import { makeRunnable, type TestLayer, type TestLayerOptions, testLayer } from "./testLayer.ts";

/** The shape of the tree: `a` is the trunk, `b` and `c` are below it, `d` below `b`. */
const PARENTS: Readonly<Record<string, string | undefined>> = { a: undefined, b: "a", c: "a", d: "b" };
/** The address on L1 of whoever owns the layers. */
export const OWNER = 0x0aaan;
const CONTRACT = `0x${"5e".repeat(20)}` as const;

export type TestTree = Accounts & {
  readonly layers: ReadonlyMap<string, TestLayer>;
  readonly l1: ReturnType<typeof fakeLayerOne>;
  readonly genesisRoot: Field;
  /** Layers (`id`) and blocks (`id/time`) that can't be proven. */
  readonly refused: Set<string>;
  /** Whether the coordinator has the circuit of the layers' blocks; it has once a layer has uploaded it. */
  readonly uploads: { areHere: boolean; readonly forgotten: string[] };
  readonly prover: FakeProver;
  /** The coordinator's. */
  readonly tables: ReturnType<typeof memoryTables>;
  readonly settled: SettledEpoch[];
  readonly failures: unknown[];
  readonly coordinator: Coordinator;
  startCoordinator(): Promise<void>;
  stopCoordinator(): Promise<void>;
  layer(name: string): TestLayer;
  /** Starts a second node of a layer, with the same key and a store of its own, as whoever has stolen the key would. */
  startRival(name: string, wall?: () => number): Promise<TestLayer>;
  /** Starts the node of a layer that the tree was not deployed with, and registers it. */
  addLayer(name: string, parent: string): Promise<TestLayer>;
  online(): Promise<void>;
  /** Ends the open epoch and waits until it has settled. */
  settle(): Promise<SettledEpoch>;
  until(condition: () => boolean | Promise<boolean>, what: string, milliseconds?: number): Promise<void>;
  close(): Promise<void>;
};

export type TestTreeOptions = TestLayerOptions & {
  readonly policy?: Partial<EpochPolicy>;
  /** Layers that an epoch registers though they have made no block yet. */
  readonly registrationsWithoutBlocks?: number;
  /** The wall clock of the coordinator's machine; this one's unless given. */
  readonly coordinatorWall?: () => number;
  /** Milliseconds by which L1's clock is ahead of this machine's, from the beginning. */
  readonly layerOneAhead?: number;
  /** An L1 in place of the stand-in, for the root and the layers of the tree that the network begins with. */
  readonly realLayerOne?: (genesisRoot: Field, layers: readonly Field[]) => Promise<RealLayerOne>;
  /** What the coordinator proves with, made of the stand-in; the stand-in itself unless given. */
  readonly proverOf?: (standIn: TreeProver) => TreeProver;
  /** Milliseconds until what the coordinator writes is durable. */
  readonly writeMilliseconds?: number;
};

export type RealLayerOne = {
  readonly layerOne: LayerOne;
  readonly settlement: `0x${string}`;
  readonly proveSettlement: (expect: readonly Field[]) => Promise<Uint8Array>;
};

/**
 * A tree of four banks with real sequencers, real links over WebSockets, a real coordinator; proofs and L1 are
 * stand-ins.
 */
export async function startTestTree(options: TestTreeOptions = {}): Promise<TestTree> {
  const layers = testLayers();
  const known = [...layers.values()].map((layer) => layer.known);
  const genesis = snapshotOf(known, known[0]!);
  const real = await options.realLayerOne?.(
    layerRoot(genesis.record),
    known.map(({ layerId }) => layerId),
  );
  const { dependencies, ...parts } = fakeParts(genesis, options, real);
  const { l1, settled } = parts;
  const restartable = restartableCoordinator(
    {
      layers: known,
      genesis,
      settlement: real?.settlement ?? CONTRACT,
      circuits: fakeCircuits,
      costs: fakeCosts,
      policy: { epochBlocks: 1_000, epochSeconds: 1_000, layerTimeoutMilliseconds: 1_500, ...options.policy },
      ...(options.registrationsWithoutBlocks !== undefined && {
        registrationsWithoutBlocks: options.registrationsWithoutBlocks,
      }),
      pollMilliseconds: 20,
    },
    dependencies,
  );
  const register = ({ known, secret }: TestLayer) => restartable.coordinator.register(signLayer(known, secret));
  const runnable = (layer: TestLayer) =>
    makeRunnable(layer, () => restartable.port, { ...options, register: () => register(layer) });
  for (const layer of layers.values()) runnable(layer);
  await restartable.start();
  await Promise.all([...layers.values()].map((layer) => layer.start()));

  const rivals: TestLayer[] = [];
  const layerOf = (name: string): TestLayer => layers.get(name)!;
  return {
    ...createAccounts(layerOf, l1.chain),
    ...parts,
    ...control(restartable, settled),
    layers,
    genesisRoot: layerRoot(genesis.record),
    get coordinator() {
      return restartable.coordinator;
    },
    startCoordinator: restartable.start,
    stopCoordinator: restartable.stop,
    layer: layerOf,
    async addLayer(name, parent) {
      const place = { parentId: layerOf(parent).known.layerId, index: BigInt(layers.size), owner: OWNER };
      const layer = runnable(testLayer(name, 100n + BigInt(layers.size + 1), place));
      layers.set(name, layer);
      await register(layer);
      await layer.start();
      return layer;
    },
    async startRival(name, wall) {
      const layer = layerOf(name);
      const rival = makeRunnable({ ...layer, store: memoryStore(layer.store.identity) }, () => restartable.port, {
        ...options,
        ...(wall === undefined ? {} : { wall }),
      });
      rivals.push(rival);
      await rival.start();
      return rival;
    },
    async close() {
      await Promise.all([...layers.values(), ...rivals].map((layer) => layer.stop()));
      await restartable.stop();
    },
  };
}

function testLayers(): Map<string, TestLayer> {
  const layers = new Map<string, TestLayer>();
  let secret = 100n;
  for (const [name, parent] of Object.entries(PARENTS)) {
    secret += 1n;
    const place =
      parent === undefined
        ? { parentId: 0n, index: 77n }
        : { parentId: layers.get(parent)!.known.layerId, index: BigInt(layers.size) };
    layers.set(name, testLayer(name, secret, { ...place, owner: OWNER }));
  }
  return layers;
}

/** A layer's record, and those below it, before the first epoch. */
function snapshotOf(known: readonly KnownLayer[], layer: KnownLayer): LayerSnapshot {
  return known
    .filter(({ config }) => config.parentId === layer.layerId)
    .reduce(
      (parent, child) => withChild(parent, Number(child.config.index), snapshotOf(known, child)),
      genesisSnapshot(layer),
    );
}

/** The coordinator's stand-ins, and what they note. */
function fakeParts(genesis: LayerSnapshot, options: TestTreeOptions, real: RealLayerOne | undefined) {
  const { writeMilliseconds, coordinatorWall = Date.now, layerOneAhead = 0 } = options;
  const l1 = fakeLayerOne(layerRoot(genesis.record));
  l1.clock.aheadMilliseconds = layerOneAhead;
  const tables = slowTables(writeMilliseconds);
  const refused = new Set<string>();
  // What stands in the place of a proof has no layer.
  const layerIdOf = (inputs: InputMap) => BigInt((inputs.layer_id as string | undefined) ?? 0);
  const prover = fakeProver(
    (inputs) =>
      refused.has(`${layerIdOf(inputs)}/${Number(inputs.time as string)}`) || refused.has(`${layerIdOf(inputs)}`),
    real?.proveSettlement,
  );
  const uploads = { areHere: true, forgotten: [] as string[] };
  const settled: SettledEpoch[] = [];
  const failures: unknown[] = [];
  const dependencies: CoordinatorDependencies = {
    tables,
    layerOne: real?.layerOne ?? l1.layerOne,
    prover: options.proverOf?.(prover) ?? prover,
    circuitOf({ digest, keyHash }) {
      if (digest === "bank-forced") return fakeCircuit(digest, FORCED_KEY);
      return digest.startsWith("bank-") && uploads.areHere ? fakeCircuit(digest, keyHash) : undefined;
    },
    async addCircuit() {
      uploads.areHere = true;
      return fakeCircuit("bank-small", KEY);
    },
    async forgetCircuit({ digest }) {
      uploads.forgotten.push(digest);
    },
    clock: { ...systemClock, now: coordinatorWall },
    logger: silentLogger,
    onSettled: (epoch) => void settled.push(epoch),
    onFailed: (error) => void failures.push(error),
  };
  return { l1, refused, prover, tables, uploads, settled, failures, dependencies };
}

/** Waiting for the coordinator. */
function control(
  restartable: RestartableCoordinator,
  settled: readonly SettledEpoch[],
): Pick<TestTree, "online" | "settle" | "until"> {
  const until: TestTree["until"] = async (condition, what, milliseconds = 60_000) => {
    const deadline = Date.now() + milliseconds;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
      await sleep(10);
    }
  };
  return {
    until,
    online: () =>
      until(
        () => restartable.coordinator.layers().every(({ status }) => status !== "offline"),
        "all layers are online",
      ),
    async settle() {
      const before = settled.length;
      await until(async () => {
        await restartable.coordinator.endEpoch();
        return settled.length > before;
      }, "an epoch has settled");
      return settled[before]!;
    },
  };
}

function slowTables(writeMilliseconds = 0): ReturnType<typeof memoryTables> {
  const tables = memoryTables();
  if (writeMilliseconds === 0) return tables;
  return {
    ...tables,
    async write(changes) {
      await sleep(writeMilliseconds);
      await tables.write(changes);
    },
  };
}
