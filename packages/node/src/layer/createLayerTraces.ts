import {
  createPhases,
  type Field,
  fieldToHex,
  MOST_LINKS,
  noTracer,
  type Phases,
  parseTraceparent,
  type Tracer,
  traceTime,
} from "@frond/foundation";
import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { Sequencer } from "@frond/sequencer";
import type { BlockRecord, Store } from "@frond/store";
import type { CallOrigin } from "../rpc/dispatch.ts";

/** What a layer shows of its transactions, from the door until their epoch has settled (docs/tracing.md). */
export type LayerTraces = {
  /** Submits a transaction that came to the door; rejects as `Sequencer.submit` does. */
  submit(transaction: Transaction, origin: CallOrigin): Promise<Preconfirmation>;
  /** The `traceparent` of a block's span; undefined if none of its transactions is traced. */
  ofBlock(number: number): string | undefined;
  /** The layer was told that an epoch has settled. */
  settled(epoch: ToldEpoch): void;
};

type ToldEpoch = {
  readonly epoch: number;
  /** The layer's blocks that settled in it. */
  readonly blocks: readonly BlockRecord[];
  /** What is told of it, as a record of an epoch has it. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The `traceparent` of the epoch's span, as the coordinator says. */
  readonly trace?: string | undefined;
};

/** A transaction that was promised and has not settled. */
type Waiting = { readonly context: string; readonly phases: Phases; block?: number };

/** Beyond these the oldest are forgotten: their last phases are not shown. */
const MOST_WAITING = 4_096;
const MOST_BLOCKS = 1_024;

type Dependencies = {
  readonly tracer: Tracer;
  readonly sequencer: Pick<Sequencer, "submit" | "on" | "lastDropped">;
  readonly store: Pick<Store, "block">;
};

/**
 * Traces sampled transactions. Each has a trace of its own; the span of a block is in another one, and is linked with
 * those of its transactions.
 */
export function createLayerTraces(
  { layerId }: { readonly layerId: Field },
  { tracer, sequencer, store }: Dependencies,
): LayerTraces {
  if (tracer === noTracer)
    return { submit: (transaction) => sequencer.submit(transaction), ofBlock: () => undefined, settled() {} };
  const layer = { "frond.layer": fieldToHex(layerId) };
  const waiting = new Map<Field, Waiting>();
  const blocks = new Map<number, string>();

  function keep({ transactionHash, block }: Preconfirmation, entry: Waiting): void {
    // It was sent again, or is sealed already.
    if (waiting.has(transactionHash) || store.block(block) !== undefined) entry.phases.end();
    else {
      entry.phases.next("seal");
      putBounded(waiting, transactionHash, entry, MOST_WAITING);
    }
  }

  function sealed({ number, epoch, transactions, sealedAt }: BlockRecord): void {
    if (waiting.size === 0) return;
    const entries = transactions.flatMap((hash) => waiting.get(hash) ?? []);
    if (entries.length === 0) return;
    const attributes = {
      ...layer,
      "frond.block": number,
      "frond.epoch": epoch,
      "frond.block.transactions": transactions.length,
      "frond.block.traced": entries.length,
    };
    const links = entries.slice(0, MOST_LINKS).map(({ context }) => context);
    const span = tracer.start("block", { kind: "producer", links, startedAt: sealedAt, attributes });
    span?.end();
    if (span !== undefined) putBounded(blocks, number, span.context, MOST_BLOCKS);
    for (const entry of entries) {
      entry.block = number;
      entry.phases.next("settle", linkedWith(span?.context, { "frond.block": number }));
    }
  }

  function wentBack(through: number): void {
    for (const number of blocks.keys()) if (number > through) blocks.delete(number);
    for (const entry of waiting.values()) {
      if (entry.block !== undefined && entry.block <= through) continue;
      delete entry.block;
      entry.phases.next("return");
    }
    dropped();
  }

  function dropped(): void {
    if (waiting.size === 0) return;
    for (const { hash, code } of sequencer.lastDropped()) {
      waiting.get(hash)?.phases.end({ attributes: { "frond.dropped": code } });
      waiting.delete(hash);
    }
  }

  sequencer.on("block", sealed);
  sequencer.on("setBack", ({ through }) => wentBack(through));
  sequencer.on("dropped", dropped);

  return {
    submit: (transaction, origin) => submitTraced({ tracer, sequencer, layer, keep }, transaction, origin),
    ofBlock: (number) => blocks.get(number),
    settled({ epoch, blocks: settled, details, trace }) {
      const numbers = new Set(settled.map(({ number }) => number));
      for (const number of numbers) blocks.delete(number);
      const told = [...waiting].filter(([, { block }]) => block !== undefined && numbers.has(block));
      if (told.length === 0) return;
      const attributes = { "frond.epoch": epoch, ...onLayerOne(details) };
      const parent = trace !== undefined && parseTraceparent(trace) !== undefined ? trace : undefined;
      for (const [hash, { phases }] of told) {
        phases.end(linkedWith(parent, attributes));
        waiting.delete(hash);
      }
      if (parent === undefined) return;
      const links = told.slice(0, MOST_LINKS).map(([, { context }]) => context);
      tracer.start("settled", { kind: "consumer", parent, links, attributes: { ...layer, ...attributes } })?.end();
    },
  };
}

/** Shows a transaction from the door to its promise; one that was promised is handed to `keep`. */
async function submitTraced(
  {
    tracer,
    sequencer,
    layer: attributes,
    keep,
  }: Pick<Dependencies, "tracer" | "sequencer"> & {
    readonly layer: Readonly<Record<string, string>>;
    keep(preconfirmation: Preconfirmation, entry: Waiting): void;
  },
  transaction: Transaction,
  { traceparent: caller, startedAt: passed }: CallOrigin,
): Promise<Preconfirmation> {
  const startedAt = traceTime(passed);
  const span = tracer.begin("transaction", { kind: "server", caller, startedAt, attributes });
  if (span === undefined) return await sequencer.submit(transaction);
  const phases = createPhases(tracer, span.context, { name: "admit", startedAt });
  try {
    const preconfirmation = await sequencer.submit(transaction, (stage) => phases.next(stage));
    const { transactionHash, block, epoch } = preconfirmation;
    keep(preconfirmation, { context: span.context, phases });
    span.end({
      attributes: { "frond.transaction": fieldToHex(transactionHash), "frond.block": block, "frond.epoch": epoch },
    });
    return preconfirmation;
  } catch (error) {
    phases.end({ error });
    span.end({ error });
    throw error;
  }
}

const linkedWith = (context: string | undefined, attributes: Readonly<Record<string, string | number>>) => ({
  attributes,
  ...(context !== undefined && { links: [context] }),
});

/** What the coordinator tells of L1, if it is what it should be. */
function onLayerOne({ l1Transaction, gasUsed }: ToldEpoch["details"]): Readonly<Record<string, string | number>> {
  return {
    ...(typeof l1Transaction === "string" && { "frond.l1.transaction": l1Transaction }),
    ...(typeof gasUsed === "number" && { "frond.l1.gas": gasUsed }),
  };
}

function putBounded<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.set(key, value);
  if (map.size > most) for (const oldest of map.keys()) return void map.delete(oldest);
}
