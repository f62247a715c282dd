import type { Field } from "@frond/foundation";
import { checkEnd } from "./invariants.ts";
import { createSimLayer } from "./layer/simLayer.ts";
import { createRandom } from "./random.ts";
import { createSimCoordinator, knownLayer, type SimLayerOne } from "./simCoordinator.ts";
import type { SimTransaction } from "./simTypes.ts";
import { createWorld, type OldFaults, type Weather } from "./world.ts";

export type SimulationOptions = {
  readonly seed: number;
  readonly layers?: number;
  /** Steps with faults and load; then all is calm until nothing happens any more. */
  readonly steps?: number;
  /** How likely a process dies in one step; 0.004 unless given. */
  readonly crash?: number;
  /** Faults of the product to put back. */
  readonly faults?: OldFaults;
  /** Blocks that can't be proven, and bundles that fail, are causes to lose what was promised. */
  readonly isProvable?: boolean;
  readonly hasBundles?: boolean;
};

export type SimulationResult = {
  readonly seed: number;
  readonly steps: number;
  readonly promised: number;
  readonly epochs: number;
  readonly setBacks: number;
  /** What must hold and does not. */
  readonly problems: readonly string[];
  readonly trace: readonly string[];
};

const STORMY: Weather = { crash: 0.004, cut: 0.006, repeat: 0.05, reorder: 0.5, lose: 0.01 };
const CALM: Weather = { crash: 0, cut: 0, repeat: 0, reorder: 0.2, lose: 0 };
const ACCOUNTS = [1n, 2n, 3n] as const;
/** Turns in a row without any change after which all is at rest, and turns after which it should be. */
const TURNS_AT_REST = 20;
const MOST_TURNS = 1_000;

/** What was promised to clients: transactions, and bundles with all their legs. */
export type Promised = {
  readonly transactions: Map<Field, SimTransaction>;
  readonly bundles: Map<Field, readonly SimTransaction[]>;
};

/** One run of the machine, its disks and its network under a scheduler that follows from the seed. */
export function simulate(options: SimulationOptions): SimulationResult {
  const { seed, layers: count = 3, steps = 800, faults = {}, isProvable = false, hasBundles = true } = options;
  const random = createRandom(seed);
  const world = createWorld(random, { ...STORMY, crash: options.crash ?? STORMY.crash }, faults);
  const known = Array.from({ length: count }, (_, index) => knownLayer(`layer-${index}`, index));
  const layers = known.map(({ layerId, name }) => createSimLayer(world, layerId, name));
  const layerOne: SimLayerOne = { epoch: 1, deposits: [], settled: new Map() };
  let isStorm = true;
  const unprovable = () => (isStorm && !isProvable ? 0.02 : 0);
  const coordinator = createSimCoordinator(world, layerOne, { layers: known, unprovable });
  const promised: Promised = { transactions: new Map(), bundles: new Map() };
  const load = createLoad();
  coordinator.start();
  for (const layer of layers) layer.start();

  for (let step = 0; step < steps; step++) {
    world.step();
    if (random.chance(0.3)) turn();
    if (random.chance(0.5)) load();
    if (random.chance(world.weather.crash)) random.pick([...layers, coordinator]).crash();
    if (random.chance(world.weather.crash / 4)) for (const process of [...layers, coordinator]) process.crash();
    if (random.chance(world.weather.cut))
      random.pick(known.map(({ layerId }) => coordinator.tree?.layers.get(layerId)))?.peer?.close();
  }
  isStorm = false;
  world.weather = CALM;
  const turns = comeToRest();
  const problems = checkEnd({
    layers,
    coordinator,
    layerOne,
    promised,
    turns: turns < MOST_TURNS ? turns : undefined,
    options: { isProvable, hasBundles },
  });
  problems.push(...world.violations);
  const sessions = layers.reduce((sum, layer) => sum + layer.durable().session, 0);
  return {
    seed,
    steps: steps + turns,
    promised: promised.transactions.size,
    epochs: layerOne.epoch - 1,
    setBacks: sessions,
    problems,
    trace: world.trace,
  };

  function turn(): void {
    world.milliseconds += isStorm ? 100 : 20_000;
    for (const process of [...layers, coordinator])
      if (!process.isAlive && (!isStorm || random.chance(0.1))) {
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

  function comeToRest(): number {
    let quiet = 0;
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      turn();
      while (world.step());
      quiet = isAtRest() ? quiet + 1 : 0;
      if (quiet > TURNS_AT_REST) return turns;
      if (quiet === 0 && turns % 10 === 0) fillGaps();
    }
    return MOST_TURNS;
  }

  function isAtRest(): boolean {
    const { tree } = coordinator;
    if (tree === undefined || tree.closed !== undefined || tree.epoch.stage !== "open") return false;
    if ([...tree.letters.all()].length > 0 || tree.deposits.size > 0) return false;
    return layers.every((layer) => {
      const record = layer.record();
      const state = tree.layers.get(layer.layerId)!;
      return (
        record !== undefined &&
        record.open === undefined &&
        record.line.length === 0 &&
        state.blocks.size === 0 &&
        state.session === record.session
      );
    });
  }

  /** Accounts whose next nonce is missing send something that has it, as their owners would. */
  function fillGaps(): void {
    for (const layer of layers)
      for (const account of ACCOUNTS) {
        const nonce = layer.nextNonce(account);
        const waits = layer.record()?.line.some(({ transaction }) => transaction.account === account);
        if (nonce !== undefined && waits === true) submit(layer, { account, nonce, amount: 0n });
      }
  }

  function submit(layer: (typeof layers)[number], of: Pick<SimTransaction, "account" | "nonce" | "amount">): void {
    const isSent = random.chance(0.4);
    const toLayer = isSent ? random.pick(known).layerId : layer.layerId;
    const transaction = { ...of, hash: load.next(), layerId: layer.layerId, to: random.pick(ACCOUNTS), toLayer };
    layer.submit(transaction, () => promised.transactions.set(transaction.hash, transaction));
  }

  function createLoad() {
    let last = 1_000n;
    const next = () => ++last;
    const run = (): void => {
      const layer = random.pick(layers);
      const account = random.pick(ACCOUNTS);
      const amount = BigInt(random.below(60));
      if (random.chance(0.1)) {
        const id = layerOne.deposits.length;
        const deposit = {
          id,
          layer: layer.layerId,
          asset: 1,
          amount: BigInt(random.below(200)),
          recipient: account,
          payload: random.pick(ACCOUNTS),
        };
        return void layerOne.deposits.push(deposit);
      }
      if (hasBundles && random.chance(0.1)) {
        sendBundle();
        return;
      }
      const nonce = layer.nextNonce(account);
      if (nonce !== undefined) submit(layer, { account, nonce, amount });
    };
    return Object.assign(run, { next });
  }

  function sendBundle(): void {
    const first = random.below(layers.length);
    const chosen = [layers[first]!, layers[(first + 1) % layers.length]!];
    const id = load.next();
    const legs: SimTransaction[] = [];
    for (const layer of chosen) {
      const account = random.pick(ACCOUNTS);
      const nonce = layer.nextNonce(account);
      if (nonce === undefined) return;
      const { layerId } = layer;
      legs.push({
        hash: load.next(),
        layerId,
        account,
        nonce,
        amount: BigInt(random.below(20)),
        to: random.pick(ACCOUNTS),
        toLayer: layerId,
        bundle: id,
      });
    }
    coordinator.sendBundle(id, legs, (isPreconfirmed) => {
      if (!isPreconfirmed) return;
      promised.bundles.set(id, legs);
      for (const leg of legs) promised.transactions.set(leg.hash, leg);
    });
  }
}
