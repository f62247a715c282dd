import { ASSET_NONE, FixedTree, type LayerRecord, VAULT_DEPTH } from "@frond/protocol";
import type { BlockRecord, Store } from "@frond/store";

/** The layer as L1 knows it: its record and what its vault holds of each asset, after `epoch` has settled (0 before the first). */
export type Ledger = {
  readonly epoch: number;
  readonly record: LayerRecord;
  readonly vault: readonly (readonly [asset: number, balance: bigint])[];
};

const KEY = "settlement/ledger";

/** Keeps the ledger in the store. */
export function ledgerStore(store: Pick<Store, "table">, genesis: LayerRecord) {
  const table = store.table<Ledger>("metadata");
  return {
    load: (): Ledger => table.get(KEY) ?? { epoch: 0, record: genesis, vault: [] },
    save: (ledger: Ledger): Promise<void> => table.put(KEY, ledger),
  };
}

/** The ledger after one more epoch, whose blocks these are (protocol.md 2, 5): what the proof of the epoch shows, computed without one. */
export function advanceLedger(ledger: Ledger, blocks: readonly BlockRecord[]): Ledger {
  const balances = new Map(ledger.vault);
  const move = (asset: number, amount: bigint) => {
    if (asset !== ASSET_NONE) balances.set(asset, (balances.get(asset) ?? 0n) + amount);
  };
  for (const { consumed, produced } of blocks) {
    for (const { message } of consumed) move(message.asset, message.amount);
    for (const message of produced) move(message.asset, -message.amount);
  }
  const last = blocks.at(-1);
  const vault = [...balances];
  const record: LayerRecord = {
    ...ledger.record,
    stateRoot: last?.stateRootAfter ?? ledger.record.stateRoot,
    slot: last?.slot ?? ledger.record.slot,
    vaultRoot: vaultTree(vault).root,
  };
  return { epoch: ledger.epoch + 1, record, vault };
}

/** The vault as the tree that the record commits to. */
export function vaultTree(vault: Ledger["vault"]): FixedTree {
  return new FixedTree(VAULT_DEPTH, vault);
}
