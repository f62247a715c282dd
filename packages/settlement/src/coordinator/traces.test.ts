import type { Field } from "@frond/foundation";
import { recordingTracer } from "@frond/foundation/testing";
import type { BlockRecord } from "@frond/store";
import { expect, it } from "vitest";
import type { LayerState } from "../machine/layerState.ts";
import { createTraces } from "./traces.ts";

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const SETTLED = { hash: "0xabc", gasUsed: 7n, verifierGas: 1n } as const;
const layerOf = (layerId: Field) => ({ layerId, known: { name: `layer ${layerId}` } }) as LayerState;
const blockOf = (number: number) => ({ number, epoch: 1 }) as BlockRecord;

/** Traces of a coordinator that has taken so many blocks of layer 1, all traced, and one of layer 2 that is not. */
function start(count: number) {
  const tracer = recordingTracer();
  const traces = createTraces(tracer);
  const blocks = Array.from({ length: count }, (_, i) => blockOf(i + 1));
  for (const block of blocks) traces.take(block, { layer: layerOf(1n), trace: TRACE, startedAt: 0 })?.end();
  const other = blockOf(1);
  expect(traces.take(other, { layer: layerOf(2n), trace: undefined, startedAt: 0 })).toBeUndefined();
  const included = new Map<Field, readonly BlockRecord[]>([
    [1n, blocks],
    [2n, [other]],
  ]);
  return { tracer, traces, blocks, other, included };
}

it("links an epoch with its blocks, and shows how it comes to L1", async () => {
  const { tracer, traces, blocks, other, included } = start(2);
  expect(traces.ofBlock(other)).toBeUndefined();
  traces.beginEpoch(1, included);
  // A block could not be proven, and the epoch is proven without it.
  traces.beginEpoch(1, included);
  await traces.submitting(1, async () => SETTLED);
  traces.endEpoch(1, SETTLED);
  const onLayerOne = { "frond.epoch": 1, "frond.l1.transaction": "0xabc", "frond.l1.gas": 7 };
  const context = traces.ofEpoch(1);
  expect(tracer.spans.slice(2)).toMatchObject([
    { name: "submit", parent: context, attributes: onLayerOne },
    { name: "epoch", context, links: blocks.map((block) => traces.ofBlock(block)!) },
  ]);
  const counts = { "frond.epoch.layers": 2, "frond.epoch.blocks": 3, "frond.epoch.traced": 2 };
  expect(tracer.spans.at(-1)!.attributes).toEqual({ ...onLayerOne, ...counts });
});

it("tells of an epoch's span only layers that trace: others may not understand it", () => {
  const { traces, included } = start(1);
  traces.beginEpoch(1, included);
  expect([1n, 2n, 3n].map((layer) => traces.forLayer(1, layer))).toEqual([traces.ofEpoch(1), undefined, undefined]);
});

it("bounds links, and forgets epochs", () => {
  const { tracer, traces, included } = start(100);
  for (let epoch = 1; epoch <= 70; epoch++) traces.beginEpoch(epoch, included);
  const epochs = tracer.spans.filter(({ name }) => name === "epoch");
  expect(epochs[0]!.links).toHaveLength(64);
  expect([1, 6, 7, 70].map((epoch) => traces.ofEpoch(epoch) !== undefined)).toEqual([false, false, true, true]);
});

it("shows why L1 did not take an epoch, and nothing of an epoch without traced transactions", async () => {
  const { tracer, traces, included } = start(0);
  traces.beginEpoch(1, included);
  expect(await traces.submitting(1, async () => SETTLED)).toBe(SETTLED);
  expect(tracer.spans).toEqual([]);
  const traced = start(1);
  traced.traces.beginEpoch(1, traced.included);
  const error = new Error("no");
  await expect(traced.traces.submitting(1, () => Promise.reject(error))).rejects.toBe(error);
  expect(traced.tracer.spans.at(-1)).toMatchObject({ name: "submit", error });
});
