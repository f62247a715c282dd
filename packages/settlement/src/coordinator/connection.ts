import { randomBytes } from "node:crypto";
import { bytesToField, FIELD_MODULUS, type Field, verifyMany } from "@frond/foundation";
import { layerConfigHash } from "@frond/protocol";
import { identityChallenge, type LayerFrame, layerFrameSchema, parseFrame, type RefusalCode } from "../link/frames.ts";
import type { HandedBlock, LayerState, Peer } from "../machine/layerState.ts";
import { redeliver } from "../machine/receivePosition.ts";
import { isBelieved, putLayer } from "../machine/tree.ts";
import { snapshotOfLayer } from "../tree/knownLayer.ts";
import { compareWithKnown } from "./checkBlock.ts";
import { type Core, isUpgradedElsewhere, knownLayers } from "./core.ts";
import { keepEvidence } from "./keepEvidence.ts";
import { FROZEN, receiveFrame } from "./receiveFrame.ts";

/** One end of a layer's connection, for the transport to feed. */
export type PeerConnection = {
  /** Frames are handled one after the other; resolves when this one is. */
  receive(data: string): Promise<void>;
  closed(): void;
  /** The bytes that the next frame may have at most. */
  limitBytes(): number;
  /** Whether it is the connection of a layer that is believed. */
  isBelieved(): boolean;
};

/** Connections of one layer, besides the first. */
const MOST_RIVALS = 2;
const BYTES_BEFORE_IDENTITY = 4_096;
/** The inputs of the largest block's circuit, as text. */
const BYTES_OF_FRAME = 8 * 2 ** 20;
const BYTES_OF_CIRCUIT = 64 * 2 ** 20;

const OTHER_CONFIG = "L1 has another configuration of the layer: start its node again with the upgraded one";

type Identity = Extract<LayerFrame, { type: "identify" }>;

/** Takes a connection: it has to identify itself as a layer's sequencer before anything else is read. */
export function acceptPeer(
  core: Core,
  peer: Peer,
  accepted: (layer: LayerState, handed: HandedBlock) => void,
): PeerConnection {
  const nonce = bytesToField(new Uint8Array([0, ...randomBytes(31)])) % FIELD_MODULUS;
  let layer: LayerState | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  peer.send({ type: "challenge", nonce });

  const refuse = (reason: string, code?: RefusalCode): void => {
    const name = layer?.known.name ?? "nobody known";
    core.complaints.about(layer, `A connection of ${name} is refused`, { reason });
    peer.send({ type: "refused", reason, ...(code === undefined ? {} : { code }) });
    peer.close();
  };

  /** Of such a layer even the sequencer's key may be another one: its node, and nobody else, can register it again. */
  function refuseUpgraded({ known: { layerId } }: LayerState, { configHash }: Identity): void {
    const onLayerOne = snapshotOfLayer(core.ledger.trunk, knownLayers(core), layerId)!.record.configHash;
    if (configHash !== undefined && configHash !== onLayerOne) refuse(OTHER_CONFIG);
    else refuse("L1 has upgraded the layer, and the coordinator does not know to what; register it", "unknown-layer");
  }

  async function identify(frame: Identity): Promise<void> {
    const named = core.tree.layers.get(frame.layerId);
    if (isUnread(core)) return refuse("the coordinator has not read from L1 yet where the layers are; try again");
    if (named === undefined) return refuse("the network has no such layer; register it first", "unknown-layer");
    if (isUpgradedElsewhere(core, named)) return refuseUpgraded(named, frame);
    if (!isSigned(named, frame, nonce)) return refuse("the signature is not its sequencer's");
    if (frame.configHash !== undefined && frame.configHash !== layerConfigHash(named.known.config))
      return refuse(OTHER_CONFIG);
    if (named.isFrozen === true) return refuse(FROZEN, "frozen");
    layer = named;
    if (named.peer !== undefined) {
      takeRival(named, peer);
      // The first one may be a connection that is dead, of a layer that has lost its network: then it ends in a moment.
      named.peer.probe();
      core.complaints.about(named, `A second sequencer of layer ${named.known.name} has connected`);
      return;
    }
    await core.journal.change(() => takePlace(core, named, { peer, url: frame.url }));
  }

  async function act(data: string): Promise<void> {
    if (isClosed) return;
    const frame = parseFrame(layerFrameSchema, data);
    if (frame === undefined) return refuse("a frame could not be read");
    if (layer === undefined)
      return frame.type === "identify" ? await identify(frame) : refuse("it did not identify itself");
    if (layer.peer === peer) return await receiveFrame(core, layer, frame, { accepted, refuse });
    if (layer.rivals.has(peer)) await listenToRival(core, layer, frame, { peer, refuse });
  }

  return {
    receive(data) {
      last = last
        .then(() => act(data))
        .catch((error) => {
          if (core.signal.aborted) return;
          core.logger.error("A frame of a layer was not handled", { reason: String(error?.stack ?? error) });
        });
      return last as Promise<void>;
    },
    closed() {
      isClosed = true;
      if (layer === undefined) return;
      layer.rivals.delete(peer);
      if (layer.peer === peer) leave(core, layer);
    },
    limitBytes: () =>
      layer === undefined ? BYTES_BEFORE_IDENTITY : layer.asked.size > 0 ? BYTES_OF_CIRCUIT : BYTES_OF_FRAME,
    isBelieved: () => layer?.peer === peer && isBelieved(core.tree, layer),
  };
}

/** Epochs of somebody else are not taken over, of which a coordinator without data knows nothing. */
function isUnread({ ledger, blocked }: Core): boolean {
  return ledger.epoch === 0 && blocked !== undefined;
}

/** Beside the first connection of a layer, the newest ones of its key: who stood back before has had its turn. */
function takeRival({ rivals }: LayerState, peer: Peer): void {
  for (const oldest of [...rivals].slice(0, Math.max(0, rivals.size - MOST_RIVALS + 1))) {
    rivals.delete(oldest);
    oldest.close();
  }
  rivals.add(peer);
}

/** Checks that whoever connects holds the layer's sequencer key. */
function isSigned({ known }: LayerState, { layerId, signature }: Identity, nonce: Field): boolean {
  const publicKey = known.config.sequencerKey;
  const challenge = identityChallenge({ r: signature.r.x, key: publicKey, layerId, nonce });
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

function takePlace(core: Core, layer: LayerState, { peer, url }: { peer: Peer; url: string }): void {
  layer.peer = peer;
  layer.at = undefined;
  layer.told = "";
  layer.toldNetwork = "";
  layer.toldSettled = undefined;
  layer.tellings = 0;
  layer.deposits.clear();
  layer.asked.clear();
  redeliver(core.tree, layer);
  if (layer.url !== url) {
    layer.url = url;
    putLayer(core.tree, layer);
  }
  core.tree.isNetworkDirty = true;
}

function leave(core: Core, layer: LayerState): void {
  layer.peer = undefined;
  layer.at = undefined;
  // Who stood back connects again, and takes the place.
  for (const rival of layer.rivals) rival.close();
  core.requests.gone(layer);
  redeliver(core.tree, layer);
  core.tree.isNetworkDirty = true;
  void core.journal.change(() => {}).catch(() => {});
}

/**
 * A rival is listened to for evidence only: a second signed block for a time. Seldom is there any, for its blocks have
 * other times.
 */
async function listenToRival(
  core: Core,
  layer: LayerState,
  frame: LayerFrame,
  { peer, refuse }: { peer: Peer; refuse: (reason: string) => void },
): Promise<void> {
  if (frame.type === "position") return askRival(layer, peer, frame);
  if (frame.type !== "block") return;
  const repeated = compareWithKnown(layer, frame.block);
  if (repeated === undefined && !layer.blocks.has(frame.block.number)) return;
  const evidence = repeated?.evidence;
  if (evidence !== undefined) await core.journal.change(() => keepEvidence(core, layer, evidence));
  refuse(
    "another sequencer runs this layer, and this one signed a block in the place or at the time of one of its own",
  );
}

/** Asks a rival for its blocks: it may go on where it is. */
function askRival(
  { base, time }: LayerState,
  peer: Peer,
  { number, session, epoch, block }: Extract<LayerFrame, { type: "position" }>,
) {
  const message = Number.MAX_SAFE_INTEGER;
  peer.send({
    type: "wanted",
    number,
    session,
    block: Math.min(block, base),
    message,
    epoch,
    after: 0,
    time,
    isHeld: false,
    drop: [],
  });
}
