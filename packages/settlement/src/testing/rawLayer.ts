import { publicKeyOf, signChallenge } from "@frond/foundation";
import { layerIdOfConfig, messagesHash, signBlock, toJson } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { type CoordinatorFrame, identityChallenge, type LayerFrame } from "../link/frames.ts";
import { signLayer } from "../link/signedLayer.ts";
import { statementOf } from "../tree/blockStep.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import { SOME_DATA } from "./someData.ts";
import type { TestTree } from "./testTree.ts";

const MALLORY = 666n;

/** A connection of a layer without sequencer, store or circuit, which says whatever a test lets it say. */
export type RawLayer = {
  readonly known: KnownLayer;
  readonly said: CoordinatorFrame[];
  readonly isOpen: () => boolean;
  say(frame: LayerFrame): Promise<void>;
  /** Says where the layer is. */
  at(changes?: Partial<Extract<LayerFrame, { type: "position" }>>): Promise<void>;
  /** Hands over a signed block without content. */
  hand(block?: Partial<BlockRecord>, session?: number): Promise<void>;
  closed(): void;
};

/** A layer below the trunk of a test tree, with a key of its own. */
export function strangeLayer(tree: TestTree, index: number, name = `mallory-${index}`): KnownLayer {
  const like = tree.layer("b").known;
  const config = { ...like.config, parentId: tree.idOf("a"), index: BigInt(index), sequencerKey: publicKeyOf(MALLORY) };
  return { ...like, name, config, layerId: layerIdOfConfig(config) };
}

/** Registers a layer of the same stranger. */
export async function registerStrange(tree: TestTree, known: KnownLayer): Promise<void> {
  await tree.coordinator.register(signLayer(known, MALLORY));
}

/** Connects as the sequencer of a layer. */
export async function connectRaw(tree: TestTree, known: KnownLayer, secret = MALLORY): Promise<RawLayer> {
  const said: CoordinatorFrame[] = [];
  let isOpen = true;
  let positions = 0;
  let time = Date.now();
  const close = () => {
    isOpen = false;
  };
  const connection = tree.coordinator.accept({ send: (frame) => void said.push(frame), close, probe() {} });
  const say = (frame: LayerFrame) => connection.receive(toJson(frame as never));
  const [challenge] = said as [Extract<CoordinatorFrame, { type: "challenge" }>];
  const { layerId } = known;
  const key = publicKeyOf(secret);
  const { nonce } = challenge;
  const { signature } = signChallenge(secret, (r) => identityChallenge({ r: r.x, key, layerId, nonce }));
  await say({ type: "identify", layerId, url: "http://mallory", signature });
  const epoch = () => tree.coordinator.network().epoch.open;
  return {
    known,
    said,
    isOpen: () => isOpen,
    say,
    async at(changes = {}) {
      positions += 1;
      const where = { epoch: epoch(), block: 0, sealed: 0, message: -1, time: 0 };
      const rest = { isHeld: false, returning: { count: 0 }, settled: 0 };
      await say({ type: "position", number: positions, session: 0, ...where, ...rest, ...changes });
    },
    async hand(changes = {}, session = 0) {
      time += 1;
      const block = emptyBlock(known, { time, epoch: epoch(), ...changes });
      const { signature: signed } = signBlock(statementOf(block, layerId), secret);
      const inputs = { layer_id: `${layerId}`, time: `${block.time}` };
      await say({ type: "block", session, block: { ...block, signature: signed }, inputs } as LayerFrame);
    },
    closed: () => connection.closed(),
  };
}

function emptyBlock(known: KnownLayer, changes: Partial<BlockRecord>): BlockRecord {
  const block = {
    number: 1,
    size: "small",
    status: "sealed",
    transactions: [],
    fee: 0n,
    consumed: [],
    produced: [],
    stateRootBefore: known.config.genesisStateRoot,
    stateRootAfter: 5n,
    ...SOME_DATA,
    entries: 0,
    inserts: 0,
    sealedAt: 0,
    ...changes,
  } as unknown as BlockRecord;
  const consumed = block.consumed.map(({ message }) => message);
  return { ...block, messagesHash: messagesHash(block.produced, consumed) };
}
