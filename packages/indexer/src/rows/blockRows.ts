import { type Field, fieldToHex } from "@frond/foundation";
import { kindNameOf } from "@frond/protocol";
import type { ApplicationDeclaration, BlockContent } from "@frond/sdk";
import type { Insertable } from "kysely";
import { integerToText } from "../database/integers.ts";
import type { BlockRow, EntryRow, EventRow, MessageRow, TransactionRow } from "../database/tables.ts";
import { showValues } from "./showValues.ts";

/** What a page of blocks adds to the tables. */
export type PageRows = {
  readonly blocks: Insertable<BlockRow>[];
  readonly transactions: Insertable<TransactionRow>[];
  readonly messages: Insertable<MessageRow>[];
  readonly events: Insertable<EventRow>[];
  readonly entries: Insertable<EntryRow>[];
};

type Context = { readonly layer: string; readonly declaration: ApplicationDeclaration };

/** The rows of blocks, in their order. */
export function pageRows(contents: readonly BlockContent[], context: Context): PageRows {
  const { layer } = context;
  return {
    blocks: contents.map((block) => blockRow(block, layer)),
    transactions: contents.flatMap((block) => transactionRows(block, context)),
    messages: contents.flatMap((block) => [
      ...messageRows(block, "consumed", layer),
      ...messageRows(block, "produced", layer),
    ]),
    events: contents.flatMap((block) => eventRows(block, context)),
    entries: contents.flatMap(({ number, entries }) => entryRows(layer, number, entries)),
  };
}

export function entryRows(
  layer: string,
  block: number,
  entries: readonly { readonly key: Field; readonly values: readonly Field[] }[],
): Insertable<EntryRow>[] {
  return entries.map(({ key, values }) => {
    return { layer, key: fieldToHex(key), block, entry_values: JSON.stringify(values.map(fieldToHex)) };
  });
}

const blockRow = (block: BlockContent, layer: string): Insertable<BlockRow> => ({
  layer,
  number: block.number,
  time: block.time,
  epoch: block.epoch,
  size: block.size,
  status: block.status,
  state_root: fieldToHex(block.stateRoot),
  sealed_at: block.sealedAt,
  transaction_count: block.transactions.length,
});

function transactionRows(
  { number, transactions }: BlockContent,
  { layer, declaration }: Context,
): Insertable<TransactionRow>[] {
  return transactions.map((transaction, position) => {
    const { hash, sender, args, nonce, fee, bundle, isForced, problem } = transaction;
    const method = transaction.method === null ? undefined : declaration.methods[transaction.method];
    return {
      layer,
      block: number,
      position,
      hash: fieldToHex(hash),
      sender: fieldToHex(sender),
      method: method?.name ?? null,
      args: JSON.stringify(showValues(method?.parameters ?? [], args)),
      nonce,
      fee: integerToText(fee),
      bundle: bundle === 0n ? null : fieldToHex(bundle),
      is_forced: isForced ? 1 : 0,
      problem: problem ?? null,
    };
  });
}

function messageRows(block: BlockContent, direction: "consumed" | "produced", layer: string): Insertable<MessageRow>[] {
  return block[direction].map((message, position) => ({
    layer,
    block: block.number,
    direction,
    position,
    hash: fieldToHex(message.hash),
    kind: kindNameOf(message.kind) ?? String(message.kind),
    from_layer: fieldToHex(message.from),
    to_layer: fieldToHex(message.to),
    time: message.time,
    asset: message.asset,
    amount: integerToText(message.amount),
    recipient: fieldToHex(message.recipient),
    payload: fieldToHex(message.payload),
  }));
}

function eventRows({ number, events }: BlockContent, { layer, declaration }: Context): Insertable<EventRow>[] {
  return events.map(({ event: name, fields, transaction, from }, position) => {
    const declared = declaration.events.find((one) => one.name === name)?.fields ?? [];
    const known = declared.filter((field) => Object.hasOwn(fields, field.name));
    const values = known.map((field) => fields[field.name]!);
    return {
      layer,
      block: number,
      position,
      name,
      fields: JSON.stringify(showValues(known, values)),
      transaction_hash: transaction === undefined ? null : fieldToHex(transaction),
      from_layer: from === undefined ? null : fieldToHex(from),
    };
  });
}
