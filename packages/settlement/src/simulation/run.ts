import { layerIdOfConfig, MESSAGES_PER_BLOCK } from "@frond/protocol";
import type { KnownLayer } from "../tree/knownLayer.ts";
import { createSimCoordinator, type SimCoordinator } from "./coordinator/simCoordinator.ts";
import { jump } from "./jump.ts";
import { createSimLayer, type SimLayer } from "./layer/simLayer.ts";
import { createRandom } from "./random.ts";
import type { Promised, SimLayerOne } from "./simTypes.ts";
import { createWorld, type OldFaults, type Weather, type World } from "./world.ts";

export type RunOptions = {
  readonly seed: number;
  readonly layers: number;
  /** How likely a process dies in one step. */
  readonly crash: number;
  /** How likely a clock jumps in one step. */
  readonly jump: number;
  readonly faults: OldFaults;
  readonly isProvable: boolean;
  readonly hasBundles: boolean;
};

/** The processes of one run, the world that they are in, and what was promised to clients. */
export type Run = {
  readonly world: World;
  readonly layers: readonly SimLayer[];
  readonly coordinator: SimCoordinator;
  readonly layerOne: SimLayerOne;
  readonly promised: Promised;
  readonly hasBundles: boolean;
  /** Whether there are faults and load; blocks can't be proven only then. */
  isStorm: boolean;
  /** The last hash that a transaction, or a bundle, was given. */
  lastHash: bigint;
};

const STORMY: Omit<Weather, "crash" | "jump"> = { cut: 0.006, repeat: 0.05, reorder: 0.5, lose: 0.01 };
const CALM: Weather = { crash: 0, cut: 0, repeat: 0, reorder: 0.2, lose: 0, jump: 0 };

export function createRun({ seed, layers: count, crash, jump, faults, isProvable, hasBundles }: RunOptions): Run {
  const world = createWorld(createRandom(seed), { ...STORMY, crash, jump }, faults);
  const known = Array.from({ length: count }, (_, index) => knownLayer(`layer-${index}`, index));
  const layerOne: SimLayerOne = { epoch: 1, settledUntil: 0, deposits: [], settled: new Map() };
  const unprovable = () => (run.isStorm && !isProvable ? 0.02 : 0);
  const run: Run = {
    world,
    layers: known.map(({ layerId, name }) => createSimLayer(world, layerId, name)),
    coordinator: createSimCoordinator(world, layerOne, { layers: known, unprovable }),
    layerOne,
    promised: { transactions: new Map(), bundles: new Map() },
    hasBundles,
    isStorm: true,
    lastHash: 1_000n,
  };
  return run;
}

/** Time passes: processes that died start again, layers connect, and everybody does what is due. */
export function turn({ world, layers, coordinator, isStorm }: Run): void {
  world.milliseconds += isStorm ? 100 : 20_000;
  for (const process of [...layers, coordinator])
    if (!process.isAlive && (!isStorm || world.random.chance(0.1))) {
      world.note(`${"name" in process ? process.name : "coordinator"} starts`);
      process.start();
    }
  for (const layer of layers) {
    if (!layer.isAlive) continue;
    const connection = coordinator.accept(layer.layerId, layer);
    if (connection !== undefined) layer.attach(connection);
    layer.tick();
  }
  coordinator.tick();
}

/** Processes die, and connections are cut, as the weather has it. */
export function strike({ world, layers, coordinator }: Run): void {
  const { random, weather } = world;
  if (random.chance(weather.crash)) random.pick([...layers, coordinator]).crash();
  if (random.chance(weather.crash / 4)) for (const process of [...layers, coordinator]) process.crash();
  if (random.chance(weather.cut))
    random.pick(layers.map(({ layerId }) => coordinator.tree?.layers.get(layerId)))?.peer?.close();
  if (random.chance(weather.jump)) jump(world, layers);
}

export function calmDown(run: Run): void {
  run.isStorm = false;
  run.world.wrong.lies.clear();
  run.world.weather = CALM;
}

function knownLayer(name: string, index: number): KnownLayer {
  const config = { parentId: 0n, index: BigInt(index), blockKeysRoot: 0n, sequencerKey: { x: 0n, y: 0n } };
  const layerId = layerIdOfConfig(config as unknown as KnownLayer["config"]);
  return {
    name,
    layerId,
    config,
    blockKeys: [],
    sizes: [{ consumed: MESSAGES_PER_BLOCK }],
    circuits: [],
  } as unknown as KnownLayer;
}
