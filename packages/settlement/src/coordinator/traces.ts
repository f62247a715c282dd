import { type Field, fieldToHex, MOST_LINKS, noTracer, type Span, type Tracer } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import type { LayerState } from "../machine/layerState.ts";
import type { SettledOnLayerOne } from "../types.ts";

/**
 * What the coordinator shows of blocks and epochs (docs/tracing.md): a block goes on in the trace that its layer has
 * begun, an epoch has a trace of its own, which is linked with those of its blocks. Only blocks of sampled transactions
 * are shown, and epochs with such blocks.
 */
export type Traces = {
  readonly tracer: Tracer;
  /**
   * A block of a layer is taken, which is over when that is durable. Nobody has to believe the layer's `trace`: it
   * counts as far as callers are heeded.
   */
  take(
    block: BlockRecord,
    from: { readonly layer: LayerState; readonly trace: string | undefined; readonly startedAt: number },
  ): Span | undefined;
  /** The `traceparent` of a block's span here; undefined if it has none. */
  ofBlock(block: BlockRecord): string | undefined;
  /** An epoch with these blocks is going to be proven, perhaps for another time. */
  beginEpoch(epoch: number, included: ReadonlyMap<Field, readonly BlockRecord[]>): void;
  /** The `traceparent` of the epoch's span, also after its end; undefined if it has none. */
  ofEpoch(epoch: number): string | undefined;
  /** The same for a layer that is told that the epoch has settled: undefined if no block of it is shown. */
  forLayer(epoch: number, layerId: Field): string | undefined;
  /** Shows how the epoch goes to L1. */
  submitting(
    epoch: number,
    submit: () => Promise<SettledOnLayerOne | undefined>,
  ): Promise<SettledOnLayerOne | undefined>;
  /** L1 has it, and layers were told. */
  endEpoch(epoch: number, transaction: SettledOnLayerOne | undefined): void;
};

/** Settled epochs of which layers may still be told. */
const MOST_EPOCHS = 64;

export function createTraces(tracer: Tracer = noTracer): Traces {
  const blocks = new WeakMap<BlockRecord, string>();
  const epochs = new Map<number, { readonly span: Span; readonly layers: ReadonlySet<Field> }>();
  return {
    tracer,
    take(block, { layer: { layerId, known }, trace, startedAt }) {
      if (trace === undefined) return undefined;
      const span = tracer.begin("take block", {
        kind: "consumer",
        caller: trace,
        startedAt,
        attributes: {
          "frond.layer": fieldToHex(layerId),
          "frond.layer.name": known.name,
          "frond.block": block.number,
          "frond.epoch": block.epoch,
        },
      });
      if (span !== undefined) blocks.set(block, span.context);
      return span;
    },
    ofBlock: (block) => blocks.get(block),
    beginEpoch(epoch, included) {
      if (epochs.has(epoch)) return;
      const all = [...included.values()].flat();
      const links = all.flatMap((block) => blocks.get(block) ?? []);
      if (links.length === 0) return;
      const shown = [...included].filter(([, own]) => own.some((block) => blocks.has(block)));
      const span = tracer.start("epoch", {
        links: links.slice(0, MOST_LINKS),
        attributes: {
          "frond.epoch": epoch,
          "frond.epoch.layers": included.size,
          "frond.epoch.blocks": all.length,
          "frond.epoch.traced": links.length,
        },
      });
      if (span === undefined) return;
      epochs.set(epoch, { span, layers: new Set(shown.map(([layerId]) => layerId)) });
      for (const [known, earlier] of epochs) {
        // It may have been settled by somebody else.
        if (known < epoch) earlier.span.end();
        if (known <= epoch - MOST_EPOCHS) epochs.delete(known);
      }
    },
    ofEpoch: (epoch) => epochs.get(epoch)?.span.context,
    forLayer(epoch, layerId) {
      const known = epochs.get(epoch);
      return known?.layers.has(layerId) ? known.span.context : undefined;
    },
    async submitting(epoch, submit) {
      const parent = epochs.get(epoch)?.span.context;
      if (parent === undefined) return await submit();
      const span = tracer.start("submit", { kind: "client", parent, attributes: { "frond.epoch": epoch } });
      try {
        const transaction = await submit();
        span?.end({ attributes: onLayerOne(transaction) });
        return transaction;
      } catch (error) {
        span?.end({ error });
        throw error;
      }
    },
    endEpoch: (epoch, transaction) => epochs.get(epoch)?.span.end({ attributes: onLayerOne(transaction) }),
  };
}

const onLayerOne = (transaction: SettledOnLayerOne | undefined) => ({
  "frond.l1.transaction": transaction?.hash,
  "frond.l1.gas": transaction === undefined ? undefined : Number(transaction.gasUsed),
});
