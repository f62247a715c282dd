import type { Field } from "@frond/foundation";
import { FixedTree, type LayerConfig, type LayerRecord, layerRoot, VAULT_DEPTH } from "@frond/protocol";
import { FollowerIdentityError, UndoneTooDeepError } from "../errors.ts";
import type { LayerState } from "../state/advanceState.ts";
import type { StateChanges } from "../state/createStateOverlay.ts";
import type { StateRows } from "../state/leaf.ts";
import { type FollowedLayer, freshLayer } from "../tree/followedTree.ts";
import { bytesToValue, fieldKey, keyNumber, numberKey, slotNumberKey, valueToBytes } from "./encoding.ts";
import { type FollowerRows, openRows, type RowChange } from "./openRows.ts";
import { keysFrom, noRows, readState, stateRowChanges } from "./stateRows.ts";
import { forgetUndo, undoRows, writeRows } from "./writeRows.ts";

/** The deployment that a directory follows. */
export type FollowerIdentity = { readonly chainId: number; readonly settlement: string };

/** An epoch as it was applied. */
export type FollowedEpoch = {
  readonly epoch: number;
  readonly rootIn: Field;
  readonly rootOut: Field;
  /** The end of the time that it covers. */
  readonly until: number;
  /** Where it settled. */
  readonly block: number;
  readonly transaction: `0x${string}`;
  /** Of the blob with its data; undefined for an epoch without data. */
  readonly versionedHash: `0x${string}` | undefined;
  readonly segments: number;
  readonly entries: number;
};

/** What is written at once: some epochs with all that they have changed. */
export type FollowerCommit = {
  readonly epochs: readonly FollowedEpoch[];
  readonly layers: ReadonlyMap<Field, FollowedLayer>;
  readonly states: ReadonlyMap<Field, { readonly state: LayerState; readonly changes: StateChanges }>;
  /** Until where L1 was read; undefined leaves it. */
  readonly cursor?: unknown;
  /** L1 can't undo it any more. */
  readonly isFinal: boolean;
};

/** All that a follower keeps, but blobs. Reads are synchronous. */
export type FollowerStore = {
  readonly layers: ReadonlyMap<Field, FollowedLayer>;
  readonly states: ReadonlyMap<Field, LayerState>;
  /** The last epoch that was applied; 0 before the first. */
  lastEpoch(): number;
  epoch(epoch: number): FollowedEpoch | undefined;
  /** What the cursor was in the last commit that had one. */
  cursor(): unknown;
  rowsOf(layerId: Field): StateRows;
  /** The places of a layer's entries in the order of their keys, from a key on. */
  placesFrom(layerId: Field, range: { readonly from: Field; readonly limit: number }): Iterable<number>;
  commit(commit: FollowerCommit): Promise<void>;
  /** @throws UndoneTooDeepError */
  undo(afterEpoch: number): Promise<void>;
  /** Epochs up to this one are final. */
  forgetUndo(throughEpoch: number): Promise<void>;
  close(): Promise<void>;
};

/** Increased when the layout of the data changes. */
const FORMAT = 2;

type LayerRow = { readonly slot: number; readonly config: LayerConfig; readonly record: LayerRecord };
type Head = { readonly lastEpoch: number; readonly nextSlot: number; readonly finalEpoch: number };
const NOTHING: Head = { lastEpoch: 0, nextSlot: 0, finalEpoch: 0 };
const headKey = (name: string) => Buffer.from(name);

/**
 * Opens the follower's durable data, and creates it when missing.
 * @throws FollowerIdentityError when the directory follows another deployment
 */
export function openFollowerStore({
  path,
  identity,
}: {
  readonly path: string;
  readonly identity: FollowerIdentity;
}): FollowerStore {
  const rows = openRows(path);
  checkIdentity(rows, path, identity);
  const layers = new Map<Field, FollowedLayer>();
  const states = new Map<Field, LayerState>();
  const slots = new Map<Field, number>();
  let head = NOTHING;
  load();

  function load(): void {
    for (const known of [layers, states, slots]) known.clear();
    head = readHead(rows);
    loadLayers(rows, { layers, states, slots });
  }

  return {
    layers,
    states,
    lastEpoch: () => head.lastEpoch,
    epoch: (epoch) => readValue<FollowedEpoch>(rows.databases.epochs.get(numberKey(epoch))),
    cursor: () => readValue(rows.databases.head.get(headKey("cursor"))),
    rowsOf(layerId) {
      const slot = slots.get(layerId);
      return slot === undefined ? noRows : readState(rows, slot);
    },
    placesFrom(layerId, range) {
      const slot = slots.get(layerId);
      return slot === undefined ? [] : keysFrom(rows, { slot, ...range });
    },
    async commit(commit) {
      const { epochs, isFinal } = commit;
      const lastEpoch = epochs.at(-1)?.epoch ?? head.lastEpoch;
      const slotsOfNew = new Map<Field, number>();
      for (const layerId of commit.layers.keys())
        if (!slots.has(layerId)) slotsOfNew.set(layerId, head.nextSlot + slotsOfNew.size);
      const next: Head = {
        lastEpoch,
        nextSlot: head.nextSlot + slotsOfNew.size,
        finalEpoch: isFinal ? lastEpoch : head.finalEpoch,
      };
      const slotOf = (layerId: Field) => slots.get(layerId) ?? slotsOfNew.get(layerId)!;
      const changes = commitRows(commit, { slotOf, before: layers });
      changes.push({ database: "head", key: headKey("head"), value: valueToBytes(next) });
      await writeRows(rows, changes, { undoable: isFinal ? undefined : lastEpoch });
      head = next;
      for (const [layerId, slot] of slotsOfNew) slots.set(layerId, slot);
      for (const [layerId, layer] of commit.layers) layers.set(layerId, layer);
      for (const [layerId, { state }] of commit.states) states.set(layerId, state);
    },
    async undo(afterEpoch) {
      if (afterEpoch < head.finalEpoch) throw new UndoneTooDeepError(afterEpoch, head.finalEpoch);
      await undoRows(rows, afterEpoch);
      load();
    },
    async forgetUndo(throughEpoch) {
      const finalEpoch = Math.min(throughEpoch, head.lastEpoch);
      if (finalEpoch <= head.finalEpoch) return;
      await forgetUndo(rows, finalEpoch);
      const next = { ...head, finalEpoch };
      await writeRows(rows, [{ database: "head", key: headKey("head"), value: valueToBytes(next) }], {
        undoable: undefined,
      });
      head = next;
    },
    close: () => rows.root.flushed.then(() => rows.root.close()),
  };
}

function checkIdentity(rows: FollowerRows, path: string, identity: FollowerIdentity): void {
  const { head } = rows.databases;
  const expected = `${FORMAT} ${identity.chainId} ${identity.settlement.toLowerCase()}`;
  const actual = head.get(headKey("identity"))?.toString();
  if (actual === undefined) head.transactionSync(() => head.put(headKey("identity"), Buffer.from(expected)));
  else if (Buffer.from(actual).toString() !== expected) throw new FollowerIdentityError({ path, expected, actual });
}

function readHead(rows: FollowerRows): Head {
  return readValue<Head>(rows.databases.head.get(headKey("head"))) ?? NOTHING;
}

function readValue<T>(bytes: Uint8Array | undefined): T | undefined {
  return bytes === undefined ? undefined : bytesToValue<T>(bytes);
}

/** The rows of a commit, but its head. */
function commitRows(
  { epochs, layers, states, cursor }: FollowerCommit,
  { slotOf, before }: { slotOf(layerId: Field): number; readonly before: ReadonlyMap<Field, FollowedLayer> },
): RowChange[] {
  const changes: RowChange[] = [];
  for (const epoch of epochs)
    changes.push({ database: "epochs", key: numberKey(epoch.epoch), value: valueToBytes(epoch) });
  for (const [layerId, { config, record, vault }] of layers) {
    const slot = slotOf(layerId);
    const row: LayerRow = { slot, config, record };
    changes.push({ database: "layers", key: fieldKey(layerId), value: valueToBytes(row) });
    const known = before.get(layerId)?.vault;
    if (known?.root === vault.root) continue;
    for (const [asset, balance] of vault.entries())
      if (known?.get(asset) !== balance)
        changes.push({ database: "vaults", key: slotNumberKey(slot, asset), value: fieldKey(balance) });
  }
  for (const [layerId, { state, changes: changed }] of states) {
    changes.push({ database: "states", key: fieldKey(layerId), value: valueToBytes(state) });
    changes.push(...stateRowChanges(slotOf(layerId), changed));
  }
  if (cursor !== undefined) changes.push({ database: "head", key: headKey("cursor"), value: valueToBytes(cursor) });
  return changes;
}

/** Reads all layers and their states; the trees of vaults and children are built from what is kept. */
function loadLayers(
  { databases }: FollowerRows,
  into: { layers: Map<Field, FollowedLayer>; states: Map<Field, LayerState>; slots: Map<Field, number> },
): void {
  const loaded: LayerRow[] = [];
  for (const { value } of databases.layers.getRange({})) loaded.push(bytesToValue<LayerRow>(value));
  loaded.sort((a, b) => a.slot - b.slot);
  for (const { slot, config, record } of loaded) {
    const vault = new FixedTree(VAULT_DEPTH);
    const range = { start: slotNumberKey(slot, 0), end: slotNumberKey(slot + 1, 0) };
    for (const { key, value } of databases.vaults.getRange(range))
      vault.set(keyNumber(key.subarray(4)), fieldOf(value));
    const { children } = freshLayer(config);
    into.layers.set(record.layerId, { config, record, vault, children });
    into.slots.set(record.layerId, slot);
    const state = databases.states.get(fieldKey(record.layerId));
    if (state !== undefined) into.states.set(record.layerId, bytesToValue<LayerState>(state));
  }
  for (const { config, record } of into.layers.values())
    into.layers.get(config.parentId)?.children.set(Number(config.index), layerRoot(record));
}

function fieldOf(bytes: Uint8Array): Field {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
