import { bytesToInteger, FIELD_MODULUS, type Field, FrondError, fieldToBytes, poseidon2Hash } from "@frond/foundation";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import {
  CONSUMED_BY_L1,
  DATA_SEGMENTS,
  L1_LAYER_ID,
  LIST_CAPACITY,
  PRODUCED_BY_L1,
  WORDS_PER_ITEM,
} from "./constants.ts";
import { dataWords, type EpochData, packTops, padded } from "./epochData.ts";
import type { Message } from "./message.ts";
import { pack, unpack } from "./packing.ts";
import { segmentDigest } from "./segment.ts";
import { kindNameOf, type MessageKind } from "./tables/messageKinds.ts";
import { PACKINGS } from "./tables/packings.ts";

/**
 * One message of an epoch that L1 produces (a deposit) or consumes (a withdrawal), as the settlement transaction lists
 * it (docs/protocol.md 7).
 */
export type SettlementItem = {
  readonly direction: typeof PRODUCED_BY_L1 | typeof CONSUMED_BY_L1;
  readonly kind: MessageKind;
  readonly asset: number;
  readonly amount: bigint;
  /** `to` of what L1 produces, `from` of what it consumes. */
  readonly layer: Field;
  readonly recipient: Field;
  readonly payload: Field;
};

/** The item of a message from or to L1. @throws SettlementItemError for any other message */
export function settlementItemOf(message: Message): SettlementItem {
  const { from, to, kind, asset, amount, recipient, payload } = message;
  if (from === L1_LAYER_ID && to !== L1_LAYER_ID) {
    return { direction: PRODUCED_BY_L1, kind, asset, amount, layer: to, recipient, payload };
  }
  if (to === L1_LAYER_ID && from !== L1_LAYER_ID) {
    return { direction: CONSUMED_BY_L1, kind, asset, amount, layer: from, recipient, payload };
  }
  throw new SettlementItemError("its message is not between L1 and a layer");
}

/** The words present, four for each item: what the settlement transaction carries. @throws SettlementItemError */
export function encodeItems(items: readonly SettlementItem[]): Field[] {
  if (items.length > LIST_CAPACITY) {
    throw new SettlementItemError(`the list holds ${LIST_CAPACITY} items, and ${items.length} were given`);
  }
  return items.flatMap((item) => [packItem(item), item.layer, item.recipient, item.payload]);
}

/** Reads what {@link encodeItems} writes. @throws SettlementItemError */
export function decodeItems(words: readonly Field[]): SettlementItem[] {
  if (words.length % WORDS_PER_ITEM !== 0) throw new SettlementItemError("its words are not four to an item");
  const items: SettlementItem[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_ITEM) {
    const [packed, layer, recipient, payload] = words.slice(at, at + WORDS_PER_ITEM) as [Field, Field, Field, Field];
    items.push({ ...unpackItem(packed), layer, recipient, payload });
  }
  return items;
}

/**
 * `c`: the hash of all words of the list, of the digests of the data's segments, and of the tops of the data's words,
 * with zeros for what is not used. Digests that are known already may be given. @throws EpochDataError
 */
export function commitment(
  words: readonly Field[],
  segments: EpochData = [],
  digests: readonly Field[] = segments.map(segmentDigest),
): Field {
  const list = padded(words, LIST_CAPACITY * WORDS_PER_ITEM);
  return poseidon2Hash([...list, ...padded(digests, DATA_SEGMENTS), ...packTops(dataWords(segments))]);
}

/** What the contract hashes of an epoch without a blob in place of the blob's hash. */
export const NO_BLOB: `0x${string}` = `0x${"00".repeat(32)}`;

/**
 * `z`: where the polynomials of the list and of the data are evaluated, as the contract derives it from the words
 * present. It has 248 bits, so that it is an element of both fields.
 */
export function challengeZ({
  c,
  words,
  epoch,
  contract,
  versionedHash = NO_BLOB,
}: {
  c: Field;
  words: readonly Field[];
  epoch: number;
  contract: `0x${string}`;
  versionedHash?: `0x${string}`;
}): Field {
  const listHash = keccak_256(concatBytes(...words.map(fieldToBytes)));
  const address = new Uint8Array(32);
  address.set(hexToBytes(contract.slice(2).toLowerCase()), 12);
  const blob = hexToBytes(versionedHash.slice(2));
  const encoded = concatBytes(fieldToBytes(c), listHash, fieldToBytes(BigInt(epoch)), address, blob);
  return bytesToInteger(keccak_256(encoded)) >> 8n;
}

/** `y`: the sum of `word_i * z^i`. */
export function evaluate(words: readonly Field[], z: Field): Field {
  return words.reduceRight((sum, word) => (sum * z + word) % FIELD_MODULUS, 0n);
}

function packItem({ direction, kind, asset, amount }: SettlementItem): Field {
  return pack(
    PACKINGS.itemHeader,
    { direction, kind, asset, amount },
    (part, value) => new SettlementItemError(`its ${part} is ${value}`),
  );
}

function unpackItem(packed: Field): Pick<SettlementItem, "direction" | "kind" | "asset" | "amount"> {
  const parts = unpack(PACKINGS.itemHeader, packed);
  if (parts === undefined) throw new SettlementItemError("its first word is too large");
  const kind = Number(parts.kind);
  if (kindNameOf(kind) === undefined) throw new SettlementItemError(`its kind is ${kind}`);
  return {
    direction: parts.direction === 0n ? PRODUCED_BY_L1 : CONSUMED_BY_L1,
    kind: kind as MessageKind,
    asset: Number(parts.asset),
    amount: parts.amount,
  };
}

export class SettlementItemError extends FrondError {
  constructor(problem: string) {
    super({
      code: "protocol/settlement-item",
      data: { problem },
      message: `An item can't stand in the settlement list: ${problem}. List only the messages of the epoch that go to L1 or come from it.`,
    });
  }
}
