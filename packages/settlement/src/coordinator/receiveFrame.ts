import { type Field, verifyMany } from "@frond/foundation";
import { isLink, L1_LAYER_ID, messagesHash, statementHash, verifyBlockSignature } from "@frond/protocol";
import { type BlockRecord, layerSource } from "@frond/store";
import type { LayerFrame } from "../link/frames.ts";
import { statementOf } from "../tree/blockStep.ts";
import { undoBundle } from "./bundles.ts";
import { type Core, deliver, send, tellNetwork } from "./core.ts";
import type { HandedBlock, LayerState } from "./layerState.ts";
import { rebaseLayers, sendRebase } from "./rebaseLayers.ts";

type Frame<T extends LayerFrame["type"]> = Extract<LayerFrame, { type: T }>;

/** What the coordinator does about blocks: set by the part that settles. */
export type BlockListener = { accepted(layer: LayerState, handed: HandedBlock): void };

/** Acts on a frame of a layer that has said hello. Frames of a former session are void. */
export async function receiveFrame(
  core: Core,
  layer: LayerState,
  frame: LayerFrame,
  listener: BlockListener,
): Promise<unknown> {
  if ("session" in frame && frame.type !== "hello" && frame.session !== layer.session) return;
  switch (frame.type) {
    case "message":
      return receiveMessage(core, layer, frame);
    case "handled":
      return receiveHandled(core, layer, frame);
    case "held":
      layer.held = frame.epoch;
      return core.wake();
    case "block":
      return await receiveBlock(core, layer, frame, listener);
    case "sealed":
      if (frame.block === layer.accepted) layer.sealed = frame.epoch;
      return core.wake();
    case "rebased":
      return await receiveRebased(core, layer, frame);
    case "answer":
      return core.requests.answer(layer, frame);
    case "stats":
      return noteStats(layer, frame);
    case "circuit":
      await core.dependencies.addCircuit(Buffer.from(frame.data, "base64"));
      return core.wake();
    default:
      return undefined;
  }
}

function receiveMessage(core: Core, layer: LayerState, { outgoing }: Frame<"message">): void {
  const { message, position, slot, epoch } = outgoing;
  const isRight =
    isEpochOf(core, layer, epoch) &&
    message.from === layer.known.layerId &&
    message.to !== L1_LAYER_ID &&
    !isLink(message.kind) &&
    message.slot === slot;
  if (!isRight) {
    core.logger.warn(`Layer ${layer.known.name} sent a message out of place`, { position, epoch });
    return;
  }
  const letter = core.mail.add({ from: message.from, to: message.to, position, slot, epoch, message });
  if (letter !== undefined) deliver(core, letter);
}

/** The open epoch, or the next one for a layer that has sealed this one. */
function isEpochOf({ epochs }: Core, layer: LayerState, epoch: number): boolean {
  return epoch === epochs.open || (epoch === epochs.open + 1 && layer.sealed === epochs.open);
}

function receiveHandled(core: Core, layer: LayerState, { source, position, error }: Frame<"handled">): void {
  const letter = [...core.mail.waitingFor(layer.known.layerId)].find(
    (candidate) => candidate.position === position && layerSource(candidate.from) === source,
  );
  if (error !== undefined) {
    core.logger.warn(`Layer ${layer.known.name} can't consume a message`, { source, position, error });
    // It stays unconsumed: the block that sent it is left out when the epoch ends.
  }
  if (letter !== undefined) letter.handled = true;
  core.wake();
}

async function receiveBlock(
  core: Core,
  layer: LayerState,
  { block, inputs, proof }: Frame<"block">,
  listener: BlockListener,
): Promise<void> {
  if (await noteEquivocation(core, layer, block)) return;
  const problem = problemOf(core, layer, block);
  if (problem !== undefined) {
    core.logger.warn(`Layer ${layer.known.name} handed over a block that can't be accepted`, {
      block: block.number,
      problem,
    });
    quarantine(core, layer);
    await rebaseLayers(core, [layer.known.layerId]);
    return;
  }
  const handed: HandedBlock = {
    block: { ...block, status: "sealed" },
    ...(inputs === undefined ? {} : { inputs }),
    ...(proof === undefined ? {} : { proof }),
  };
  layer.blocks.set(block.number, handed);
  layer.accepted = block.number;
  layer.slot = block.slot;
  await core.state.putBlock(layer.known.layerId, handed);
  send(layer, { type: "accepted", block: block.number });
  listener.accepted(layer, handed);
  core.wake();
}

function problemOf(core: Core, layer: LayerState, block: BlockRecord): string | undefined {
  if (block.number !== layer.accepted + 1) return `number ${block.number} does not follow ${layer.accepted}`;
  if (!isEpochOf(core, layer, block.epoch)) return `it is of epoch ${block.epoch}, but ${core.epochs.open} is open`;
  if (block.slot <= layer.slot) return `slot ${block.slot} does not follow ${layer.slot}`;
  if (!layer.known.circuits.some(({ size }) => size === block.size)) return `there is no size ${block.size}`;
  const opened = messagesHash(
    block.produced,
    block.consumed.map(({ message }) => message),
  );
  if (opened !== block.messagesHash) return "its messages are not those of its statement";
  if (!isSigned(layer, block)) return "the sequencer's signature is wrong";
  return undefined;
}

function isSigned(layer: LayerState, block: BlockRecord): boolean {
  return verifyBlockSignature(signatureOf(layer, block), layer.known.config.sequencerKey);
}

function signatureOf(layer: LayerState, block: BlockRecord) {
  const { layerId } = layer.known;
  const { slot, epoch, signature } = block;
  return { layerId, slot, epoch, statementHash: statementHash(statementOf(block, layerId)), signature };
}

/** Epochs for which a layer that handed over what can't be proven is believed only after its proofs. */
const QUARANTINE = 3;

/** From now on a layer's messages wait for the proof of their block, and nobody can send to it, until some epochs have settled. */
export function quarantine(core: Core, layer: LayerState): void {
  layer.quarantinedUntil = core.epochs.open + QUARANTINE;
  core.logger.warn(`Layer ${layer.known.name} is believed only after its proofs now`, {
    until: layer.quarantinedUntil,
  });
  tellNetwork(core);
}

/** Two different blocks that one sequencer signed for one slot: the first one stays, both signatures are kept for everybody to check. */
export async function noteEquivocation(core: Core, layer: LayerState, block: BlockRecord): Promise<boolean> {
  const known = [...layer.blocks.values()].find((handed) => handed.block.slot === block.slot)?.block;
  if (known === undefined) return false;
  const [first, second] = [signatureOf(layer, known), signatureOf(layer, block)];
  if (first.statementHash === second.statementHash) return true;
  if (isSigned(layer, block)) {
    await core.state.putEvidence({ sequencerKey: layer.known.config.sequencerKey, first, second });
    core.logger.error(`The sequencer of layer ${layer.known.name} signed two blocks at slot ${block.slot}`);
  }
  return true;
}

async function receiveRebased(core: Core, layer: LayerState, frame: Frame<"rebased">): Promise<void> {
  layer.pendingDrops = [];
  await core.state.putLayer(layer);
  // A leg that can't be executed again takes the others of its bundle with it.
  for (const { hash, message } of frame.dropped) {
    const bundle = [...core.bundles.values()].find(({ hashes }) => hashes.includes(hash));
    if (bundle?.status !== "preconfirmed") continue;
    await undoBundle(core, bundle, { leg: bundle.hashes.indexOf(hash), reason: message });
  }
  welcomeMail(core, layer);
  tellNetwork(core);
}

/** Gives a layer everything that waits for it. What it has had already it knows by its position. */
export function welcomeMail(core: Core, layer: LayerState): void {
  for (const letter of core.mail.waitingFor(layer.known.layerId)) {
    letter.sent = false;
    deliver(core, letter);
  }
  layer.depositsSent = -1;
  core.wake();
}

function noteStats(layer: LayerState, { stats }: Frame<"stats">): void {
  const at = Date.now();
  const last = layer.lastStats;
  if (last !== undefined && at > last.at) {
    const now = (1_000 * Math.max(0, stats.accepted - last.accepted)) / (at - last.at);
    layer.rate = layer.rate * 0.6 + now * 0.4;
  }
  layer.lastStats = { at, accepted: stats.accepted };
  layer.stats = stats;
}

/** Checks that whoever says hello holds the layer's sequencer key. */
export function isHelloSigned(
  layer: LayerState,
  hello: Frame<"hello">,
  challengeOf: (r: Field, key: { x: Field; y: Field }) => Field,
): boolean {
  const publicKey = layer.known.config.sequencerKey;
  const { signature } = hello;
  const challenge = challengeOf(signature.r.x, publicKey);
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

/** Compares where a layer is with where the coordinator has it, and says how it goes on. */
export async function welcome(core: Core, layer: LayerState, hello: Frame<"hello">): Promise<void> {
  const { open, sealing } = core.epochs;
  const hasSealed = sealing === open && hello.epoch === open + 1;
  const isHere = (hello.epoch === open || hasSealed) && hello.block >= layer.accepted;
  if (hello.session === layer.session && isHere && layer.pendingDrops.length === 0) {
    send(layer, { type: "welcome", session: layer.session, epoch: hello.epoch, block: layer.accepted });
    tellNetwork(core);
    welcomeMail(core, layer);
    if (sealing === open) send(layer, { type: "seal", epoch: open });
    else if (core.phase === "holding") send(layer, { type: "hold", epoch: open });
    return;
  }
  if (hello.session < layer.session) {
    sendRebase(core, layer);
  } else {
    layer.session = hello.session;
    await rebaseLayers(core, [layer.known.layerId]);
  }
  tellNetwork(core);
}
