import { type Span, traceTime } from "@frond/foundation";
import type { LayerFrame, RefusalCode } from "../link/frames.ts";
import type { HandedBlock, LayerState } from "../machine/layerState.ts";
import { receiveBlock } from "../machine/receiveBlock.ts";
import { receiveDropped } from "../machine/receiveDropped.ts";
import { receiveHandled, receiveMessage } from "../machine/receiveMessage.ts";
import { receivePosition } from "../machine/receivePosition.ts";
import { noteOffence } from "../machine/setBack.ts";
import { send } from "../machine/tree.ts";
import { compareWithKnown, problemOfBlock } from "./checkBlock.ts";
import type { Core } from "./core.ts";
import { forgetUnused } from "./forgetCircuits.ts";
import { keepEvidence } from "./keepEvidence.ts";

type Frame<T extends LayerFrame["type"]> = Extract<LayerFrame, { type: T }>;

export type FrameListener = {
  accepted(layer: LayerState, handed: HandedBlock): void;
  /** The connection ends: the layer can't go on. */
  refuse(reason: string, code?: RefusalCode): void;
};

export const FROZEN =
  "L1 has frozen this layer: no block of it settles any more, and its users take what they own out by `frond escape`";

/** Acts on a frame of a layer that has identified itself. Resolves when what follows from it is durable. */
export async function receiveFrame(
  core: Core,
  layer: LayerState,
  frame: LayerFrame,
  listener: FrameListener,
): Promise<void> {
  const { tree, journal } = core;
  if (layer.isFrozen === true) return listener.refuse(FROZEN, "frozen");
  switch (frame.type) {
    case "identify":
      return listener.refuse("it has identified itself already");
    case "position":
      return await receiveWhere(core, layer, frame, listener);
    case "message": {
      const problem = await journal.change(() => receiveMessage(tree, layer, frame));
      if (problem !== undefined)
        complain(core, layer, `Layer ${layer.known.name} sent a message that is not taken`, { reason: problem });
      return;
    }
    case "handled":
      if (frame.error !== undefined)
        complain(core, layer, `Layer ${layer.known.name} can't consume a message`, { reason: frame.error });
      return await journal.change(() => receiveHandled(tree, layer, frame));
    case "block":
      return await takeBlock(core, layer, frame, listener);
    case "dropped":
      return await journal.change(() => receiveDropped(tree, layer, frame));
    case "answer":
      return core.requests.answer(layer, frame);
    case "stats":
      return noteStats(core, layer, frame);
    case "circuit":
      return await takeCircuit(core, layer, frame);
  }
}

async function receiveWhere(
  core: Core,
  layer: LayerState,
  frame: Frame<"position">,
  listener: FrameListener,
): Promise<void> {
  const problem = await core.journal.change(() => {
    const found = receivePosition(core.tree, layer, frame);
    if (found === undefined) tellMissed(core, layer, frame.settled);
    return found;
  });
  if (problem !== undefined) listener.refuse(problem);
}

/** Settled epochs that a layer is told of at once; it says how far it is, and gets the next ones. */
const SETTLED_AT_ONCE = 16;

/** Milliseconds after which a layer is told again of an epoch that it does not know: the frame may have been lost. */
const TELL_AGAIN = 1_000;

/** Tells a layer that says where it is of settled epochs: of each once, and again only after a while. */
function tellMissed(core: Core, layer: LayerState, known: number): void {
  const now = core.clock.passed();
  const { toldSettled } = layer;
  const isLost = toldSettled === undefined || now - toldSettled.at >= TELL_AGAIN;
  const from = isLost ? known : Math.max(known, toldSettled.through);
  const through = Math.min(core.ledger.epoch, known + SETTLED_AT_ONCE);
  if (from >= through) return;
  layer.toldSettled = { through, at: now };
  tellSettled(core, layer, from, through);
}

/** Tells a layer of the epochs that have settled since the one that it knows. */
export function tellSettled(
  { ledger, records, traces, tree }: Core,
  layer: LayerState,
  known: number,
  through = Math.min(ledger.epoch, known + SETTLED_AT_ONCE),
): void {
  for (let epoch = known + 1; epoch <= through; epoch++) {
    const record = records.settled(epoch);
    const through = record?.through.get(layer.layerId) ?? 0;
    const trace = traces.forLayer(epoch, layer.layerId);
    const details = { ...record?.summary };
    send(tree, layer, { type: "settled", epoch, through, details, ...(trace !== undefined && { trace }) });
  }
}

async function takeBlock(
  core: Core,
  layer: LayerState,
  { session, block, inputs, proof, trace }: Frame<"block">,
  listener: FrameListener,
): Promise<void> {
  const startedAt = traceTime();
  const repeated = compareWithKnown(layer, block);
  if (repeated !== undefined) {
    if (repeated.evidence !== undefined) {
      const { evidence } = repeated;
      complain(core, layer, `The sequencer of layer ${layer.known.name} signed two blocks at time ${block.time}`);
      await core.journal.change(() => {
        keepEvidence(core, layer, evidence);
        noteOffence(core.tree, layer);
      });
    }
    return;
  }
  const handed: HandedBlock = {
    block: { ...block, status: "sealed" },
    ...(inputs === undefined ? {} : { inputs }),
    ...(proof === undefined ? {} : { proof }),
  };
  core.takenAt.set(handed.block, core.clock.passed());
  const problemOf = () => problemOfBlock(layer, block);
  let span: Span | undefined;
  const verdict = await core.journal.change(() => {
    const received = receiveBlock(core.tree, layer, { session, handed, problemOf });
    // Whoever asks for its proof next may do so before the change is durable.
    if (received.kind === "accepted") span = core.traces.take(handed.block, { layer, trace, startedAt });
    return received;
  });
  span?.end();
  if (verdict.kind === "accepted") return listener.accepted(layer, handed);
  const what = `Layer ${layer.known.name} handed over block ${block.number}, which is ${verdict.kind}`;
  if (verdict.kind === "refused") complain(core, layer, what, { reason: verdict.reason });
  else core.logger.debug(what, { reason: verdict.reason });
}

/** Takes a circuit that the layer was asked for, and no other. */
async function takeCircuit(core: Core, layer: LayerState, { digest, data }: Frame<"circuit">): Promise<void> {
  if (!layer.asked.delete(digest)) {
    complain(core, layer, `Layer ${layer.known.name} sent a circuit that nobody asked for`, { digest });
    return;
  }
  const { key } = await core.dependencies.addCircuit(Buffer.from(data, "base64"), digest);
  // Another key than the layer's own, or the layer was forgotten meanwhile.
  forgetUnused(core, [{ digest, keyHash: key.hash }]);
  core.wake();
}

function noteStats(core: Core, layer: LayerState, { stats }: Frame<"stats">): void {
  const at = core.clock.passed();
  const last = layer.lastStats;
  if (last !== undefined && at > last.at) {
    const now = (1_000 * Math.max(0, stats.accepted - last.accepted)) / (at - last.at);
    layer.rate = layer.rate * 0.6 + now * 0.4;
  }
  layer.lastStats = { at, accepted: stats.accepted };
  layer.stats = stats;
}

const complain = ({ complaints }: Core, layer: LayerState, message: string, fields = {}): void =>
  complaints.about(layer, message, fields);
