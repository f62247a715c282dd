import { silentLogger } from "@frond/foundation";
import { blockInputs } from "@frond/language";
import { layerConfigHash } from "@frond/protocol";
import { createSequencer, type Sequencer, systemClock } from "@frond/sequencer";
import { memoryStore, type Store } from "@frond/store";
import { createLayerLink, type LayerLink } from "../link/createLayerLink.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import { bank, knownLayer, sizeNamed, sizes } from "./bank.ts";

export type TestLayer = {
  readonly name: string;
  secret: bigint;
  known: KnownLayer;
  store: Store;
  sequencer: Sequencer;
  link: LayerLink;
  /** Ends the node as `kill -9` would: its store stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
};

export type TestLayerOptions = {
  /** Milliseconds until a block is sealed; 40 unless given. */
  readonly blockMilliseconds?: number;
  /** Milliseconds that a message waits at most; 10 unless given. */
  readonly messageDelayMilliseconds?: number;
  /** The wall clock of the layer's machine; this one's unless given. */
  readonly wall?: () => number;
  /** Registers the layer with a coordinator that does not know it. */
  readonly register?: () => Promise<void>;
};

/** A bank's layer with an empty store. Make it runnable before it starts. */
export function testLayer(name: string, secret: bigint, place: Parameters<typeof knownLayer>[2]): TestLayer {
  const known = knownLayer(name, secret, place);
  const identity = {
    layerId: known.layerId,
    application: "bank",
    programDigest: "1",
    entryWidth: bank.program.entryWidth,
  };
  return {
    name,
    secret,
    known,
    store: memoryStore(identity),
    sequencer: undefined as never,
    link: undefined as never,
    stop: async () => {},
    start: async () => {},
  };
}

/** Gives a layer a real sequencer, and a real link to the coordinator at `port`, whenever it starts. */
export function makeRunnable(layer: TestLayer, port: () => number, options: TestLayerOptions): TestLayer {
  layer.start = async () => {
    const { layerId } = layer.known;
    const { blockMilliseconds = 40, messageDelayMilliseconds = 10, wall = Date.now, register } = options;
    layer.sequencer = createSequencer(
      { program: bank.program, layerId, sizes, secret: layer.secret, blockMilliseconds, messageDelayMilliseconds },
      { store: layer.store, clock: { ...systemClock, now: wall } },
    );
    layer.link = createLayerLink(
      {
        layerId,
        coordinatorUrl: () => `ws://127.0.0.1:${port()}`,
        secret: layer.secret,
        url: () => "http://test",
        configHash: layerConfigHash(layer.known.config),
      },
      {
        sequencer: layer.sequencer,
        store: layer.store,
        blockInputs: (witness) => blockInputs({ program: bank.program, size: sizeNamed(witness.size), witness }),
        setBlockStatus: (number, status) => layer.store.setBlockStatus(number, status),
        packedCircuit: async () => new Uint8Array([1]),
        ...(register === undefined ? {} : { register }),
        logger: silentLogger,
      },
    );
    layer.sequencer.on("block", (block) => layer.link.blockSealed(block));
    await layer.link.start();
  };
  layer.stop = async () => {
    await layer.link.close();
    await layer.sequencer.close();
  };
  return layer;
}
