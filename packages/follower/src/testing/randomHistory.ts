import { type AggregateStep, applySteps, genesisSnapshot, type LayerSnapshot, withChild } from "@frond/circuits";
import { compress, type Field, poseidon2Hash, publicKeyOf } from "@frond/foundation";
import {
  BLOCK_KEYS_DEPTH,
  chainChunks,
  createLayerConfig,
  type EpochWindow,
  FixedTree,
  freezeMessage,
  genesisStateRoot as genesisRootOf,
  L1_LAYER_ID,
  LAST_TIME,
  type LayerConfig,
  layerConfigHash,
  layerRoot,
  type Message,
  MessageKind,
  messagesHash,
  readBlockStatement,
  signBlock,
  upgradeMessage,
  type ValueClass,
  type WrittenEntry,
} from "@frond/protocol";
import type { EpochData } from "../applyEpochs.ts";
import { type Random, randomFrom } from "./random.ts";
import { ReferenceState } from "./referenceState.ts";

const SECRET = 0x5ec7n;
const OWNER = 0x0a11ce0a11ce0a11ce0a11cen;
/** Of every layer. */
export const BLOCK_KEYS: readonly Field[] = [0xb0n, 0xb1n];
/** Where a layer stands below the trunk: the indices on the way. */
type Path = readonly number[];

type BlockOptions = {
  /** The most entries that it writes. */
  readonly entries?: number;
  /** What is published in place of the words of the entries. */
  readonly published?: (entries: readonly WrittenEntry[], state: ReferenceState) => readonly Field[];
  /** Whether it takes and sends assets. */
  readonly moves?: boolean;
};

type NewLayer = { readonly config: LayerConfig; readonly state: ReferenceState };

/** A tree that lives at random, what it publishes, and what a follower should come to. */
export class History {
  /** Of the layers before the first epoch. */
  readonly configs: LayerConfig[] = [];
  readonly paths: Path[] = [];
  readonly states = new Map<Field, ReferenceState>();
  readonly random: Random;
  trunk: LayerSnapshot;
  #time = 0;
  #epoch = 1;
  #segments: (readonly Field[])[] = [];

  constructor(seed: number, children = 2) {
    this.random = randomFrom(seed);
    const first = this.#newLayer(L1_LAYER_ID, 0xdeadn);
    this.trunk = genesisSnapshot({ config: first.config, blockKeys: BLOCK_KEYS });
    this.configs.push(first.config);
    this.#enter([], first);
    for (let i = 0; i < children; i++) {
      const child = this.#newLayer(this.trunk.record.layerId, BigInt(i));
      this.trunk = withChild(this.trunk, i, genesisSnapshot({ config: child.config, blockKeys: BLOCK_KEYS }));
      this.configs.push(child.config);
      this.#enter([i], child);
    }
  }

  layerAt(path: Path): LayerSnapshot {
    return path.reduce((layer, index) => layer.children.get(index)!, this.trunk);
  }

  stateAt(path: Path): ReferenceState {
    return this.states.get(this.layerAt(path).record.layerId)!;
  }

  block(path: Path, { entries = 4, published, moves = true }: BlockOptions = {}): void {
    const before = this.layerAt(path);
    const { layerId, stateRoot } = before.record;
    this.#time += 1 + this.random.below(5);
    const time = this.#time;
    const state = this.states.get(layerId)!;
    const written = state.writeAtRandom(this.random, entries);
    const publicWords = published?.(written, state) ?? state.wordsOf(written);
    const { consumed, produced } = moves ? messagesOf(this.random, before, time) : { consumed: [], produced: [] };
    const messages = messagesHash(produced, consumed);
    const data = compress(chainChunks(0n, publicWords), 0n, 0n, 0n);
    const statement = [layerId, stateRoot, state.root, BigInt(time), BigInt(this.#epoch), messages, data];
    const claim = { keyHash: BLOCK_KEYS[0]!, publicInputs: statement };
    const { signature } = signBlock(readBlockStatement(statement)!, SECRET);
    const committee = { committeeHash: 0n, committeeSignatures: [] };
    this.#apply(path, { kind: "block", claim, signature, publicWords, ...committee, consumed, produced });
  }

  register(parent: Path): Path {
    const { record, children } = this.layerAt(parent);
    const index = children.size;
    const made = this.#newLayer(record.layerId, BigInt(index));
    const path = [...parent, index];
    this.#apply(path, { kind: "register", child: index, config: made.config, blockKeys: BLOCK_KEYS });
    this.#enter(path, made);
    return path;
  }

  upgrade(path: Path, change: Partial<LayerConfig> = {}): void {
    const { record, config: before } = this.layerAt(path);
    const config = { ...before, committeeRoot: this.random.field(), ...change };
    const message = upgradeMessage({ layerId: record.layerId, announcer: OWNER, configHash: layerConfigHash(config) });
    this.#apply(path, { kind: "upgrade", message, config, blockKeys: BLOCK_KEYS });
  }

  freeze(path: Path): void {
    this.#apply(path, { kind: "freeze", message: freezeMessage(this.layerAt(path).record.layerId) });
  }

  /** An epoch of the steps that `run` makes. Their segments stand in an order that says nothing. */
  settle(run: () => void): EpochData {
    const rootIn = layerRoot(this.trunk.record);
    this.#segments = [];
    run();
    this.#time += 10;
    const words = shuffled(this.random, this.#segments).flat();
    const [epoch, hash] = [this.#epoch++, hashOf(this.#epoch)];
    const versionedHash = words.length === 0 ? undefined : hash;
    const roots = { rootIn, rootOut: layerRoot(this.trunk.record) };
    return { epoch, ...roots, until: this.#time, block: epoch, transaction: hash, versionedHash, words };
  }

  /** An epoch of some blocks, with a registration, an upgrade or a freeze now and then. */
  epoch({ steps = 6, entries = 4 }: { readonly steps?: number; readonly entries?: number } = {}): EpochData {
    const upgraded = new Set<Path>();
    return this.settle(() => {
      for (let step = this.random.below(steps + 1); step > 0; step--) {
        const path = this.paths[this.random.below(this.paths.length)]!;
        if (this.layerAt(path).record.flags !== 0n) continue;
        const chance = this.random.below(12);
        if (chance === 0 && path.length < 4) this.register(path);
        else if (chance === 1) {
          // L1 lets an epoch upgrade a layer once.
          if (!upgraded.has(path)) this.upgrade(path);
          upgraded.add(path);
        } else if (chance === 2 && path.length > 2) this.freeze(path);
        else this.block(path, { entries });
      }
    });
  }

  #newLayer(parentId: Field, index: bigint): NewLayer {
    const classes = Array.from({ length: 1 + this.random.below(6) }, () => this.random.below(8) as ValueClass);
    const blockKeysRoot = new FixedTree(
      BLOCK_KEYS_DEPTH,
      BLOCK_KEYS.map((key, i) => [i, key] as const),
    ).root;
    const genesisStateRoot = genesisRootOf(classes.length);
    const given = { parentId, index, blockKeysRoot, sequencerKey: publicKeyOf(SECRET), genesisStateRoot, owner: OWNER };
    return { config: createLayerConfig(given), state: new ReferenceState(classes) };
  }

  #enter(path: Path, { state }: NewLayer): void {
    this.paths.push(path);
    this.states.set(this.layerAt(path).record.layerId, state);
  }

  /** What the aggregate circuit does for a step, as its plain function. */
  #apply(path: Path, step: AggregateStep): void {
    const window: EpochWindow = { epoch: this.#epoch, after: 0, until: LAST_TIME };
    const [parentPath, child] = [path.slice(0, -1), path.at(-1)];
    const steps = [child === undefined ? step : { ...step, child }] as AggregateStep[];
    const description = { aggregateKeyHashes: [0xa6n], layer: this.layerAt(parentPath), window, steps };
    const { layer, segments } = applySteps(description);
    this.trunk = replaced(this.trunk, parentPath, layer);
    this.#segments.push(...segments);
  }
}

function replaced(layer: LayerSnapshot, path: Path, target: LayerSnapshot): LayerSnapshot {
  const [index, ...rest] = path;
  return index === undefined ? target : withChild(layer, index, replaced(layer.children.get(index)!, rest, target));
}

/** Assets that come from L1, and some of them back to it. */
function messagesOf(random: Random, layer: LayerSnapshot, time: number): { consumed: Message[]; produced: Message[] } {
  const { layerId } = layer.record;
  const consumed: Message[] = Array.from({ length: random.below(3) }, () => ({
    from: L1_LAYER_ID,
    to: layerId,
    time: 0,
    kind: MessageKind.deposit,
    asset: 1 + random.below(4),
    amount: BigInt(random.below(1_000)),
    recipient: random.field(),
    payload: random.field() >> 100n,
  }));
  const produced: Message[] = [...layer.vault].slice(0, random.below(3)).map(([asset, balance]) => ({
    from: layerId,
    to: L1_LAYER_ID,
    time,
    kind: MessageKind.withdrawal,
    asset,
    amount: balance / 2n,
    recipient: random.field() >> 100n,
    payload: 0n,
  }));
  return { consumed, produced };
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: random.field() }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ value }) => value);
}

function hashOf(epoch: number): `0x${string}` {
  return `0x${poseidon2Hash([BigInt(epoch)])
    .toString(16)
    .padStart(64, "0")}`;
}
