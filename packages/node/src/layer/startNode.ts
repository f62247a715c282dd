import { createHash } from "node:crypto";
import { createClosing, type Field, type Logger, noTracer, silentLogger } from "@frond/foundation";
import { dataRulesOf, type Program } from "@frond/language";
import { createSequencer, createWorkerSealer, createWorkerVerifier, type Sequencer } from "@frond/sequencer";
import {
  beginStore,
  memoryStore,
  type OpenStoreOptions,
  openStore,
  type Store,
  type StoreIdentity,
} from "@frond/store";
import { createDispatch } from "../rpc/dispatch.ts";
import { createEntrySubscriptions } from "../rpc/entrySubscriptions.ts";
import { defaultRpcLimits } from "../rpc/limits.ts";
import { createCallMetrics } from "../rpc/metrics.ts";
import { startServer } from "../rpc/server.ts";
import { createSubscriptions } from "../rpc/subscriptions.ts";
import { createTransactionNews } from "./blocks/createTransactionNews.ts";
import { createLayerTraces } from "./createLayerTraces.ts";
import { createEventSubscriptions } from "./events/eventSubscriptions.ts";
import { createMethods } from "./methods.ts";
import { healthPage, metricsPage } from "./pages.ts";
import { createRefusals } from "./refused/createRefusals.ts";
import type { EpochRecord, FrondNode, NodeContext, NodeDependencies, NodeOptions } from "./types.ts";

/**
 * Starts the node of one layer: store, sequencer (which replays its log), hooks in order, then the RPC. If a part
 * cannot start, those before it are closed again.
 * @throws StoreIdentityError, StoreFormatError, ReplayError, PortInUseError, ListenError, and what hooks throw
 */
export async function startNode(
  options: NodeOptions,
  { logger = silentLogger, tracer = noTracer }: NodeDependencies = {},
): Promise<FrondNode> {
  const { program, layer, hooks = [] } = options;
  const closing = createClosing();

  try {
    const { store, sequencer } = await openLayer(options, { logger, onClose: closing.add });
    const limits = { ...defaultRpcLimits, ...options.rpc.limits };
    const subscriptions = createSubscriptions();
    const traces = createLayerTraces(layer, { tracer, sequencer, store });
    const context = createContext({ layer, store, sequencer, logger, traces, subscriptions });
    const events = createEventSubscriptions(context);
    sequencer.on("events", events.publish);
    sequencer.on("setBack", events.setBack);
    closing.add(async () => events.close());
    const refusals = createRefusals(program, (refused) => subscriptions.publish("refused", { refused }));
    closing.add(async () => refusals.close());
    sequencer.on("dropped", (calls) => {
      for (const { transaction, reason } of calls) refusals.addDropped(transaction, reason);
    });
    const entrySubscriptions = createEntrySubscriptions(sequencer.read);
    closing.add(async () => entrySubscriptions.close());
    const news = createTransactionNews({
      hasListeners: () => subscriptions.hasListeners("transactions"),
      publish: (told) => subscriptions.publish("transactions", told),
    });
    closing.add(async () => news.close());
    sequencer.on("transaction", (preconfirmation, transaction) => {
      news.add(preconfirmation, transaction);
      entrySubscriptions.touch();
    });
    sequencer.on("position", entrySubscriptions.touch);
    sequencer.on("block", (block) => {
      entrySubscriptions.touch();
      subscriptions.publish("blocks", block);
      news.addForced(block);
      for (const hook of hooks) hook.onBlock?.(block);
    });
    let hasFailed = false;
    const failed = new Promise<unknown>((resolve) => {
      sequencer.on("failed", (reason) => {
        hasFailed = true;
        resolve(reason);
      });
    });

    for (const hook of hooks) {
      closing.add(() => hook.close());
      await hook.start(context);
    }

    const metrics = createCallMetrics();
    const methods = createMethods({
      program,
      sizes: options.sizes,
      genesis: options.genesis ?? [],
      context,
      subscriptions,
      events,
      entrySubscriptions,
      refusals,
      hooks,
    });
    const dispatch = createDispatch({ methods, limits, logger, observe: metrics.observe });
    const pages = {
      "/metrics": () => metricsPage({ sequencer, store, hooks, metrics, connections: server.connections(), hasFailed }),
      "/health": () => healthPage(hasFailed),
    };
    const server = await startServer({ ...options.rpc, limits }, { dispatch, logger, pages });
    closing.add(() => server.close());
    logger.info("The node is ready", { url: server.url });
    const { publicKey } = sequencer;
    return { url: server.url, port: server.port, publicKey, context, failed, close: closing.close };
  } catch (error) {
    await closing.close().catch(() => {});
    throw error;
  }
}

/** Opens the layer's store and starts its sequencer, which replays the log. */
async function openLayer(
  options: NodeOptions,
  { logger, onClose }: { logger: Logger; onClose: (closer: () => Promise<void>) => void },
): Promise<{ store: Store; sequencer: Sequencer }> {
  const storeOptions: OpenStoreOptions | undefined =
    options.dataDirectory === undefined
      ? undefined
      : { path: options.dataDirectory, identity: storeIdentityOf(options.program, options.layer.layerId) };
  const store =
    storeOptions === undefined
      ? memoryStore(storeIdentityOf(options.program, options.layer.layerId))
      : openStore(storeOptions);
  onClose(() => store.close());
  await beginStore(store, options.genesis ?? []);
  const data = dataRulesOf(options.program, options.data);
  const sequencer = createSequencer(
    {
      program: options.program,
      layerId: options.layer.layerId,
      sizes: options.sizes,
      secret: options.sequencerSecret,
      data: data.mode,
      blockMilliseconds: options.blockMilliseconds,
      ...(options.messageDelayMilliseconds === undefined
        ? {}
        : { messageDelayMilliseconds: options.messageDelayMilliseconds }),
      ...(options.timeWaitMilliseconds === undefined ? {} : { timeWaitMilliseconds: options.timeWaitMilliseconds }),
      ...(options.feeRule === undefined ? {} : { feeRule: options.feeRule }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    },
    {
      store,
      logger,
      verifier: createWorkerVerifier(options.verifyWorkers === undefined ? {} : { workers: options.verifyWorkers }),
      ...(storeOptions === undefined
        ? {}
        : { sealer: createWorkerSealer(storeOptions, { secret: options.sequencerSecret, data }) }),
    },
  );
  onClose(() => sequencer.close());
  return { store, sequencer };
}

/** What a program says about its source, and to its users, which does not change the state that it leads to. */
const OTHER_PARTS: readonly string[] = ["location", "label", "feeSection", "emits", "events", "views"];

/** Two programs have one digest only if they do the same: where their source stands and its names do not count. */
function programDigest(program: Program): string {
  const text = JSON.stringify(program, (name, value: unknown) =>
    OTHER_PARTS.includes(name) ? undefined : typeof value === "bigint" ? value.toString() : value,
  );
  return createHash("sha256").update(text).digest("hex");
}

/** Whose state the store of a layer's node holds. */
export const storeIdentityOf = (program: Program, layerId: Field): StoreIdentity => ({
  layerId,
  application: program.name,
  programDigest: programDigest(program),
  entryWidth: program.entryWidth,
});

function createContext({
  store,
  subscriptions,
  ...rest
}: Pick<NodeContext, "layer" | "sequencer" | "logger" | "traces"> & {
  store: Store;
  subscriptions: ReturnType<typeof createSubscriptions>;
}): NodeContext {
  const epochs = store.table<EpochRecord>("epochs");
  return {
    ...rest,
    store,
    async putEpoch(epoch) {
      await epochs.put(String(epoch.epoch), epoch);
      subscriptions.publish("epochs", epoch);
    },
    epoch: (number) => epochs.get(String(number)),
    async forgetEpoch(through) {
      await Promise.all([store.prune(through), epochs.delete(String(through))]);
    },
    async setBlockStatus(number, status) {
      await store.setBlockStatus(number, status);
      subscriptions.publish("blocks", store.block(number));
    },
  };
}
