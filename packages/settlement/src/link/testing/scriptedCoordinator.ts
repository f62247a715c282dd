import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { publicKeyOf, verifyMany } from "@frond/foundation";
import type { PeerConnection } from "../../coordinator/createCoordinator.ts";
import type { Peer } from "../../machine/layerState.ts";
import { type CoordinatorFrame, identityChallenge, type LayerFrame, layerFrameSchema, parseFrame } from "../frames.ts";
import { STRANGER_BYTES } from "../inlet.ts";
import { defaultLayerServerLimits, serveLayers } from "../serveLayers.ts";
import { SECOND, SECRET } from "./linkedLayer.ts";

type Of<F extends { type: string }, T extends F["type"]> = Extract<F, { type: T }>;
type Wanted = { -readonly [K in keyof Of<CoordinatorFrame, "wanted">]: Of<CoordinatorFrame, "wanted">[K] };

/**
 * A coordinator that knows one layer, and does nothing by itself but to take what comes next: it says where the layer
 * should be whenever the layer says where it is, or gives it something.
 */
export type ScriptedCoordinator = {
  readonly url: string;
  /** Where the layer should be. */
  readonly wanted: Wanted;
  /** Changes that, and says so. */
  want(change: Partial<Wanted>): void;
  say(...frames: readonly CoordinatorFrame[]): void;
  /** What came and was not lost, but for figures. */
  readonly frames: LayerFrame[];
  of<T extends LayerFrame["type"]>(type: T): Of<LayerFrame, T>[];
  /** Which frames are lost on their way to the coordinator, and on the way back. */
  loses(frame: LayerFrame | CoordinatorFrame): boolean;
  /** Connections so far. */
  connections(): number;
  disconnect(): void;
  close(): Promise<void>;
};

type Script = ScriptedCoordinator & {
  peer: Peer | undefined;
  accepted: number;
  /** The last message that was taken. */
  last: { readonly epoch: number; readonly position: number };
};

const NONCE = 123n;
const LARGEST_FRAME = 64 * 2 ** 20;
const nothing = { epoch: 0, position: -1 };

export async function startScriptedCoordinator(): Promise<ScriptedCoordinator> {
  const accept = (peer: Peer): PeerConnection => acceptPeer(script, peer);
  const server = serveLayers({ accept }, { ...defaultLayerServerLimits, turnMilliseconds: SECOND });
  const http = createServer();
  http.on("upgrade", server.upgrade);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const script: Script = {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    peer: undefined,
    accepted: 0,
    last: nothing,
    wanted: {
      type: "wanted",
      number: 0,
      session: 0,
      block: 0,
      message: -1,
      epoch: 1,
      after: 0,
      time: 0,
      isHeld: false,
      drop: [],
    },
    want(change) {
      Object.assign(script.wanted, change);
      if (change.session !== undefined) {
        script.wanted.message = -1;
        script.last = nothing;
      }
      script.say(script.wanted);
    },
    say(...said) {
      for (const frame of said) {
        if (frame.type === "wanted") script.wanted.number += 1;
        const last = frame.type === "wanted" ? { ...frame, number: script.wanted.number } : frame;
        if (!script.loses(last)) script.peer?.send(last);
      }
    },
    frames: [],
    of: <T extends LayerFrame["type"]>(type: T) =>
      script.frames.filter((frame): frame is Of<LayerFrame, T> => frame.type === type),
    loses: () => false,
    connections: () => script.accepted,
    disconnect: () => script.peer?.close(),
    async close() {
      await server.close();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
  return script;
}

function acceptPeer(script: Script, peer: Peer): PeerConnection {
  let isIdentified = false;
  script.accepted += 1;
  peer.send({ type: "challenge", nonce: NONCE });
  return {
    async receive(text) {
      const frame = parseFrame(layerFrameSchema, text);
      if (frame === undefined) throw new Error(`It can't be read: ${text.slice(0, 200)}`);
      if (frame.type !== "identify") return takeFrame(script, frame);
      isIdentified = isSigned(frame);
      if (isIdentified) script.peer = peer;
    },
    closed() {
      if (script.peer === peer) script.peer = undefined;
    },
    limitBytes: () => (isIdentified ? LARGEST_FRAME : STRANGER_BYTES),
    isBelieved: () => isIdentified,
  };
}

function isSigned({ layerId, signature }: Of<LayerFrame, "identify">): boolean {
  const publicKey = publicKeyOf(SECRET);
  const challenge = identityChallenge({ r: signature.r.x, key: publicKey, layerId, nonce: NONCE });
  return verifyMany([{ publicKey, challenge, signature }])[0] === true;
}

function takeFrame(script: Script, frame: LayerFrame): void {
  const { wanted } = script;
  if (frame.type === "stats" || script.loses(frame)) return;
  script.frames.push(frame);
  const isVoid = "session" in frame && frame.session !== wanted.session;
  if (frame.type === "block" && !isVoid && frame.block.number === wanted.block + 1) wanted.block += 1;
  if (frame.type === "message" && !isVoid) {
    const { epoch, position } = frame.outgoing;
    if (frame.previous === (script.last.epoch === epoch ? script.last.position : -1)) {
      wanted.message = position;
      script.last = { epoch, position };
    }
  }
  if (frame.type === "position" || frame.type === "block" || frame.type === "message") script.say(wanted);
}
