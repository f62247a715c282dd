import { type Field, publicKeyOf } from "@frond/foundation";
import {
  type Application,
  createExecutor,
  days,
  type Executor,
  genesisEntries,
  hours,
  minutes,
  seconds,
} from "@frond/language";
import { addressOf, LAST_TIME } from "@frond/protocol";
import { callCircuit, createChecker } from "./check/createChecker.ts";
import { conserves } from "./conserves.ts";
import type { Duration, World, WorldLayer } from "./types.ts";
import { createLayer } from "./world/createLayer.ts";
import type { Layer } from "./world/effects.ts";
import {
  deliver,
  deliverAll,
  type Engine,
  executeBundle,
  executeCall,
  executeDeposit,
  momentOf,
  stateOf,
} from "./world/engine.ts";
import { copyState, type LayerState, type WorldState } from "./world/state.ts";

type Layers = { readonly [name: string]: Application };

export type WorldOptions<L extends Layers> = {
  /** The applications, by the names of their layers. */
  readonly layers: L;
  /** Where the test or the application needs a certain id; by default 1, 2, .. in the order of the layers. */
  readonly layerIds?: { readonly [N in keyof L]?: Field };
  /** What `conserves` compares with the vaults, for layers whose exits don't say it: how much of an asset is owed. */
  readonly owes?: { readonly [N in keyof L]?: (layer: WorldLayer<L[N]>, asset: number) => bigint };
  /** Milliseconds since 1970 at the beginning; by default in January 2027. */
  readonly time?: number;
  /**
   * Whether each block is compared with the application's circuit, which is executed without a proof; calls that fail,
   * too. By default what the environment variable `FROND_TEST` says: `circuit`, `prove` or nothing.
   */
  readonly circuit?: boolean;
  /** Whether each block is proven as well. Then `close` the world in the end. */
  readonly prove?: boolean;
};

const BEGINNING = 1_800_000_000_000;
const FEE_RECIPIENT = addressOf(publicKeyOf(10_007n));

/**
 * Makes a world of layers in memory, which begin with the genesis of their applications and without money.
 *
 * @example
 * const [ada, bo] = accounts(2);
 * const world = await createWorld({ layers: { token, shop } });
 * await world.layers.token.deposit(ada, { asset: ETHER, amount: 100n });
 * const { events } = await world.layers.token.as(ada).send({ to: bo, amount: 5 });
 */
export async function createWorld<const L extends Layers>(
  options: WorldOptions<L>,
  { circuitOf = callCircuit } = {},
): Promise<World<L>> {
  const { layers: applications, layerIds = {}, owes = {}, time = BEGINNING } = options;
  const { circuit = false, prove = false } = isDecided(options) ? options : modeOfEnvironment();
  const given = layerIds as { readonly [name: string]: Field | undefined };
  const all = Object.entries(applications).map(([name, application], i): Layer => {
    const layerId = given[name] ?? BigInt(i + 1);
    return { name, layerId, application, executor: executorOf(application) };
  });
  const engine: Engine = {
    state: beginningOf(all, time),
    layers: new Map(all.map((layer) => [layer.layerId, layer])),
    feeRecipient: FEE_RECIPIENT,
    checker: circuit || prove ? createChecker({ prove, circuitOf }) : undefined,
  };
  const made = all.map((layer) => [layer.name, surfaceOf(engine, layer)] as const);
  const layers = Object.fromEntries(made) as { readonly [name: string]: WorldLayer };
  const owing = all.map(({ name, application }) => {
    return { name, application, layer: layers[name]!, owes: (owes as { [name: string]: never })[name] };
  });
  return {
    layers: layers as never,
    feeRecipient: FEE_RECIPIENT,
    get time() {
      return engine.state.time;
    },
    get inFlight() {
      return [...engine.state.inFlight];
    },
    get withdrawn() {
      return [...engine.state.withdrawn];
    },
    advance(duration) {
      engine.state.time = later(engine.state.time, duration);
    },
    deliver: () => deliverAll(engine),
    forge: (message) => deliver(engine, message, { isNew: true }),
    bundle: (sender, legs) => executeBundle(engine, sender, legs),
    snapshot: () => ({ state: copyState(engine.state) }),
    restore({ state }) {
      engine.state = copyState(state);
    },
    conserves: (asset) => conserves(engine.state, owing, { asset, feeRecipient: FEE_RECIPIENT }),
    close: async () => await engine.checker?.close(),
  };
}

/** Worlds of one application share its executor, which is compiled once. */
const executors = new WeakMap<Application, Executor>();

function executorOf(application: Application): Executor {
  const executor = executors.get(application) ?? createExecutor(application.program);
  executors.set(application, executor);
  return executor;
}

function surfaceOf(engine: Engine, layer: Layer): WorldLayer {
  return createLayer(layer, {
    state: () => stateOf(engine, layer),
    moment: () => momentOf(engine, layer),
    execute: (method, call) => executeCall(engine, layer, method, call),
    deposit: (recipient, money) => executeDeposit(engine, layer, recipient, money),
  });
}

function beginningOf(layers: readonly Layer[], time: number): WorldState {
  const states = layers.map(({ layerId, application }): readonly [Field, LayerState] => {
    const entries = genesisEntries(application).map(({ key, values }) => [key, values] as const);
    return [layerId, { entries: new Map(entries), vault: new Map() }];
  });
  return { time, layers: new Map(states), inFlight: [], withdrawn: [], arrived: new Map() };
}

function later(time: number, duration: Duration): number {
  const { milliseconds = 0 } = duration;
  const passed =
    days(duration.days ?? 0) +
    hours(duration.hours ?? 0) +
    minutes(duration.minutes ?? 0) +
    seconds(duration.seconds ?? 0) +
    BigInt(milliseconds);
  const after = time + Number(passed);
  if (milliseconds < 0 || after > LAST_TIME)
    throw new RangeError(`Time can't go from ${time} to ${after}. Advance by less, or go back with \`restore\`.`);
  return after;
}

const isDecided = ({ circuit, prove }: Pick<WorldOptions<Layers>, "circuit" | "prove">) =>
  circuit !== undefined || prove !== undefined;

/** What `FROND_TEST` asks of worlds that say nothing themselves. */
function modeOfEnvironment(): Pick<WorldOptions<Layers>, "circuit" | "prove"> {
  const mode = process.env.FROND_TEST ?? "";
  if (mode !== "" && mode !== "circuit" && mode !== "prove")
    throw new RangeError(`FROND_TEST is ${JSON.stringify(mode)}. Set it to circuit or prove, or not at all.`);
  return { circuit: mode === "circuit", prove: mode === "prove" };
}
