import type { Field } from "@frond/foundation";
import { type Message, MessageKind } from "@frond/protocol";
import type { Entry, LayerRecord, SimBlock, SimTransaction } from "./simTypes.ts";

/** What the entries of a layer lead to. */
export type Ledger = {
  readonly balances: Map<Field, bigint>;
  readonly nonces: Map<Field, number>;
  /** The last position of each source that was consumed. */
  readonly cursors: Map<string, number>;
};

/** A block produces fewer messages than this. */
const POSITIONS_PER_BLOCK = 64;

/** Records never change, so the ledger of one is made once. */
const ledgers = new WeakMap<object, Ledger>();

export function ledgerOf(record: Pick<LayerRecord, "blocks" | "open">): Ledger {
  const known = ledgers.get(record);
  if (known !== undefined) return known;
  const ledger: Ledger = { balances: new Map(), nonces: new Map(), cursors: new Map() };
  const { blocks, open } = record;
  for (const { entries } of [...blocks, ...(open === undefined ? [] : [open])])
    for (const entry of entries) applyEntry(ledger, entry);
  ledgers.set(record, ledger);
  return ledger;
}

function applyEntry({ balances, nonces, cursors }: Ledger, entry: Entry): void {
  const add = (account: Field, amount: bigint) => balances.set(account, (balances.get(account) ?? 0n) + amount);
  if (entry.kind === "message") {
    const { source, position, message } = entry;
    cursors.set(source, position);
    add(message.recipient, message.amount);
    return;
  }
  const { account, nonce, amount, to, toLayer, layerId } = entry.transaction;
  nonces.set(account, nonce + 1);
  add(account, -amount);
  if (toLayer === layerId) add(to, amount);
}

/** Why a transaction can't be executed now; undefined if it can. Nonces of dropped transactions may be passed. */
export function refusalOf({ balances, nonces }: Ledger, transaction: SimTransaction): string | undefined {
  if (transaction.nonce < (nonces.get(transaction.account) ?? 0)) return "nonce-too-low";
  return (balances.get(transaction.account) ?? 0n) < transaction.amount ? "execution-failed" : undefined;
}

/** The messages that a block produces, with their positions. */
export function producedBy(block: SimBlock): { readonly message: Message; readonly position: number }[] {
  const produced: { message: Message; position: number }[] = [];
  for (const entry of block.entries) {
    if (entry.kind !== "transaction" || entry.transaction.toLayer === entry.transaction.layerId) continue;
    const { layerId, toLayer, amount, to, hash } = entry.transaction;
    const message: Message = {
      from: layerId,
      to: toLayer,
      time: block.time,
      kind: MessageKind.call,
      asset: 1,
      amount,
      recipient: to,
      payload: hash,
    };
    produced.push({ message, position: block.time * POSITIONS_PER_BLOCK + produced.length });
  }
  return produced;
}
