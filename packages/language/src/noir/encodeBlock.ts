import { recordInput } from "@frond/circuits";
import { type Field, FrondError, fieldToHex, GENERATOR } from "@frond/foundation";
import {
  BLOCK_STATEMENT,
  type BlockSize,
  type BlockWitness,
  blockStatement,
  type DataMode,
  type ForcedTransaction,
  heldEntryKey,
  isForcedSize,
  MESSAGE,
  type Message,
  STATE_DEPTH,
  type Transaction,
  type WitnessSet,
  zeroRecord,
} from "@frond/protocol";
import type { InputMap, InputValue } from "@noir-lang/types";
import { dataRulesOf } from "../entryFormats.ts";
import type { Program } from "../ir.ts";
import { handlerArguments, hintSizes } from "./applicationNoir.ts";
import { holderPlaces } from "./dataLists.ts";
import { encodeData } from "./encodeData.ts";
import type { LoweredProgram, Shape } from "./lowerProgram.ts";
import type { BlockTrace } from "./traceBlock.ts";
import type { ProcedureTrace } from "./traceRun.ts";

export type BlockInputs = {
  readonly size: BlockSize;
  readonly witness: BlockWitness;
  /** Where the circuit puts the block's data, if not where the program says. */
  readonly data?: DataMode;
};

/** The inputs for a trace, which may be the trace of a block that can't be proven. */
export function encodeBlock(lowered: LoweredProgram, options: BlockInputs & { readonly trace: BlockTrace }): InputMap {
  const { program } = lowered;
  const { size, witness, data = program.data } = options;
  const { witnessSet, consumed, produced } = witness;
  const rules = dataRulesOf(program, data);
  return {
    ...recordInput(BLOCK_STATEMENT, blockStatement(witness, size, rules)),
    witness_set: encodeWitnessSet(witnessSet, size, program.entryWidth),
    consumed: padded(consumed, size.consumed + (size.forced ?? 0), (message) => ({
      used: integer(message === undefined ? 0 : 1),
      message: recordInput(MESSAGE, message ?? NO_MESSAGE),
    })),
    produced: padded(produced, size.produced, (message) => ({
      used: integer(message === undefined ? 0 : 1),
      to: field(message?.to),
      ...contents(message),
    })),
    ...(isForcedSize(size) ? encodeForced(lowered, options) : encodeCalls(lowered, options)),
    ...encodeData(program, { ...witness, size, rules }),
    ...encodeHolders(witness, { size, places: holderPlaces(rules, size) }),
  };
}

type EncodeOptions = Parameters<typeof encodeBlock>[1];

/** The owners who hold their entries, if the circuit has places for their signatures. */
function encodeHolders(
  { witnessSet, holders = [] }: BlockWitness,
  { size, places }: { readonly size: BlockSize; readonly places: number },
): InputMap {
  if (places === 0) return {};
  const placeOf = placesOf(witnessSet, size);
  return {
    holders: padded(holders, places, (holder) => ({
      place: integer(holder === undefined ? size.entries : placeOf(heldEntryKey(holder))),
      ...encodeSigner(holder),
    })),
  };
}

/** What a block of forced transactions executes. */
function encodeForced(
  { program: { argumentFields }, forced: { shape } }: LoweredProgram,
  { size, witness: { forced = [], witnessSet }, trace }: EncodeOptions,
): InputMap {
  const placeOf = placesOf(witnessSet, size);
  return {
    forced: padded(forced, size.forced ?? 0, (transaction) => encodeForcedTransaction(transaction, argumentFields)),
    forced_traces: padded(trace.forced, size.forced ?? 0, (item) =>
      encodeTrace(item, { shape, sent: trace.sent, placeOf }),
    ),
  };
}

/** With another number of arguments the payload is not opened, and any will do. */
function encodeForcedTransaction(transaction: ForcedTransaction | undefined, argumentFields: number): InputValue {
  return {
    args: fields(transaction?.args ?? [], argumentFields),
    public_key_x: field(transaction?.publicKey.x),
    public_key_y: field(transaction?.publicKey.y),
    packed: field(transaction?.packed),
    r_x: field(transaction?.rX),
    s_low: field(transaction?.sLow),
    s_high: field(transaction?.sHigh),
  };
}

/** What any other block handles and executes. */
function encodeCalls(
  { program, methods, handlers }: LoweredProgram,
  { size, witness, trace }: EncodeOptions,
): InputMap {
  const { witnessSet, transactions, fees, feeRecipient } = witness;
  const placeOf = placesOf(witnessSet, size);
  return {
    handler_args: padded(trace.handlers, size.consumed, (item) => fields(item?.args ?? [], handlerArguments(program))),
    handler_traces: padded(trace.handlers, size.consumed, (item) =>
      encodeTrace(item, { shape: handlers.shape, sent: trace.sentByHandlers, placeOf }),
    ),
    transactions_used: padded(transactions, size.transactions, (transaction) =>
      integer(transaction === undefined ? 0 : 1),
    ),
    transactions: padded(transactions, size.transactions, (transaction) => encodeTransaction(transaction, program)),
    ...(program.hasFee && { fees: fields(fees, size.transactions), fee_recipient: field(feeRecipient) }),
    link_places: padded(trace.links, size.transactions, (places) => ({
      consumed: places?.consumed ?? trace.taken,
      produced: places?.produced ?? trace.sent,
    })),
    method_traces: padded(trace.methods, size.transactions, (item) =>
      encodeTrace(item, { shape: methods.shape, sent: trace.sent, placeOf }),
    ),
  };
}

const NO_MESSAGE: Message = zeroRecord(MESSAGE);

function encodeWitnessSet(witnessSet: WitnessSet, size: BlockSize, width: number): InputMap {
  return {
    tree_root: fieldToHex(witnessSet.treeRootBefore),
    leaf_count: fieldToHex(BigInt(witnessSet.leafCountBefore)),
    entries: padded(witnessSet.entries, size.entries - size.inserts, (entry) => ({
      index: integer(entry?.index ?? 0),
      key: field(entry?.key),
      next_key: field(entry?.nextKey),
      before: fields(entry?.before ?? [], width),
      siblings: siblings(entry?.siblings),
    })),
    inserts: padded(witnessSet.inserts, size.inserts, (insert) => ({
      key: field(insert?.key),
      siblings: siblings(insert?.siblings),
      low: {
        index: integer(insert?.low.index ?? 0),
        key: field(insert?.low.key),
        next_key: field(insert?.low.nextKey),
        values: fields(insert?.low.values ?? [], width),
        siblings: siblings(insert?.low.siblings),
      },
    })),
  };
}

/** Maps an entry key to the entry's place in the witness set. Key 0, no entry, has the place after all entries. */
function placesOf({ entries, inserts }: WitnessSet, size: BlockSize): (key: Field) => number {
  const places = new Map<Field, number>();
  for (const [i, { key }] of entries.entries()) places.set(key, i);
  for (const [i, { key }] of inserts.entries()) places.set(key, size.entries - size.inserts + i);
  return (key) => {
    const place = key === 0n ? size.entries : places.get(key);
    if (place === undefined) throw new EntryMissingError(key);
    return place;
  };
}

/** Encodes a procedure's trace, or an unused place. `sent` is the number of messages sent before an unused place. */
function encodeTrace(
  item: ProcedureTrace | undefined,
  options: { readonly shape: Shape; readonly sent: number; readonly placeOf: (key: Field) => number },
): InputValue {
  const { shape, sent, placeOf } = options;
  const sizes = hintSizes(shape);
  return {
    places: Array.from({ length: shape.entries }, (_, i) => placeOf(item?.keys[i] ?? 0n)),
    outbox_places: Array.from({ length: sizes.sent }, (_, i) =>
      item === undefined ? sent : (item.outboxPlaces[i] ?? 0),
    ),
    bits: fields(item?.bits ?? [], sizes.bits),
    hints: fields(item?.hints ?? [], sizes.hints),
    quotients: Array.from({ length: sizes.divisions }, (_, i) => {
      const quotient = item?.quotients[i];
      return {
        fits: field(quotient?.fits),
        quotient: field(quotient?.quotient),
        remainder: field(quotient?.remainder),
      };
    }),
  };
}

function encodeTransaction(transaction: Transaction | undefined, { argumentFields }: Program): InputValue {
  return {
    method: integer(transaction?.method ?? 0),
    args: fields(transaction?.args ?? [], argumentFields),
    nonce: integer(transaction?.nonce ?? 0),
    max_fee: field(transaction?.maxFee),
    expiry: integer(transaction?.expiry ?? 0),
    link: {
      id: field(transaction?.link.id),
      index: integer(transaction?.link.index ?? 0),
      previous: field(transaction?.link.previous),
      next: field(transaction?.link.next),
    },
    ...encodeSigner(transaction),
  };
}

/** A key and what it signed. An unused place still needs a key on the curve. */
function encodeSigner(signed: Pick<Transaction, "publicKey" | "signature"> | undefined) {
  const { x, y } = signed?.publicKey ?? GENERATOR;
  const s = signed?.signature.s ?? 1n;
  return {
    public_key_x: fieldToHex(x),
    public_key_y: fieldToHex(y),
    signature: { r_x: field(signed?.signature.r.x), s_low: fieldToHex(s & LIMB), s_high: fieldToHex(s >> 128n) },
  };
}

function contents(message: Message | undefined) {
  return {
    kind: integer(message?.kind ?? 0),
    asset: integer(message?.asset ?? 0),
    amount: field(message?.amount),
    recipient: field(message?.recipient),
    payload: field(message?.payload),
  };
}

const LIMB = (1n << 128n) - 1n;

function padded<T>(items: readonly T[], length: number, encode: (item: T | undefined) => InputValue): InputValue[] {
  return Array.from({ length }, (_, i) => encode(items[i]));
}

function siblings(path: readonly (readonly Field[])[] | undefined): string[][] {
  return Array.from({ length: STATE_DEPTH }, (_, level) => fields(path?.[level] ?? [], 3));
}

function fields(values: readonly Field[], length: number): string[] {
  return Array.from({ length }, (_, i) => field(values[i]));
}

function field(value: Field | undefined): string {
  return value === undefined ? "0x0" : `0x${value.toString(16)}`;
}

function integer(value: number): string {
  return `0x${value.toString(16)}`;
}

export class EntryMissingError extends FrondError {
  constructor(key: Field) {
    super({
      code: "language/entry-missing",
      data: { key: fieldToHex(key) },
      message:
        `The block opens the entry ${fieldToHex(key)}, which is not in its witness set. ` +
        "Give the witness set every entry that the block's calls touch.",
    });
  }
}
