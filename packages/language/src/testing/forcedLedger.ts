import { GENERATOR, GRUMPKIN_ORDER, publicKeyOf, scalarMultiply } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type ForcedTransaction,
  forcedOf,
  type Message,
  MessageKind,
  signTransaction,
  type UnsignedTransaction,
} from "@frond/protocol";
import { createTestLayer, type TestLayer } from "./createTestLayer.ts";
import { ledger } from "./ledger.ts";

/** A block size for three forced transactions of the ledger. */
export const FORCED_SIZE: BlockSize = {
  name: "forced",
  ...{ transactions: 0, forced: 3, entries: 12, inserts: 6, consumed: 0, produced: 3 },
};

const LAYER = 7n;

export const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

/** A layer of the ledger on which the accounts of secrets 1 and 2 have 1,000 each. */
export function createLedgerLayer(): TestLayer {
  const layer = createTestLayer(ledger.program, LAYER);
  layer.block({ size: "small", consumed: [1n, 2n].map(deposit) });
  return layer;
}

function deposit(secret: bigint): Message {
  return {
    ...{ from: 0n, to: LAYER, time: 0, kind: MessageKind.deposit, asset: 1, amount: 1000n },
    ...{ recipient: addressFor(secret), payload: 0xabn },
  };
}

/** The call of a transfer. */
export function transfer(to: bigint, amount: bigint): Pick<UnsignedTransaction, "method" | "args"> {
  return { method: 0, args: [addressFor(to), amount, 0n] };
}

/** A forced transfer of 10 from the account of secret 1 to that of secret 2, unless changed before it is signed. */
export function forceTransfer(change: Partial<UnsignedTransaction> = {}, secret = 1n): ForcedTransaction {
  const unsigned = { layerId: LAYER, ...transfer(2n, 10n), nonce: 0, maxFee: 5n, expiry: 1000 };
  return forcedOf(signTransaction({ ...unsigned, ...change }, secret));
}

/** One of each way in which the words of a forced transaction of the ledger can be invalid. */
export function invalidTransfers(): Record<string, ForcedTransaction> {
  const valid = forceTransfer();
  const { args, packed, publicKey, sLow, sHigh } = valid;
  const force = forceTransfer;
  return {
    "another method's number": force({ method: 4 }),
    "a message to another layer": force({ method: 3, args: [0xdeadn, 9n, 1n] }),
    "a message to its own layer": force({ method: 3, args: [LAYER, 9n, 1n] }),
    "the last method's number": force({ method: 255 }),
    "an argument of too many bits": force(transfer(2n, 2n ** 128n)),
    "an argument of nearly the modulus": force(transfer(2n, 2n ** 253n - 1n)),
    "an Ethereum address of 161 bits": force({ method: 2, args: [20n, 1n << 160n, 1n] }),
    "a bool of 2": force({ method: 2, args: [20n, 1n, 2n] }),
    "a method that fails": force(transfer(2n, 1001n)),
    "a method that fails after it opened another entry": force(transfer(9n, 1001n)),
    "a division by zero": force({ method: 1, args: [5n, 5n, 0n] }),
    "a quotient that does not fit": force({ method: 1, args: [1n << 127n, 1n << 127n, 1n] }),
    "an expiry before the block": force({ expiry: 1 }),
    "the last nonce": force({ nonce: 2 ** 32 - 1 }),
    "one that was signed for another layer": { ...force({ layerId: 8n }), layerId: LAYER },
    "other arguments than signed": { ...valid, args: [addressFor(3n), 10n, 0n] },
    "fewer arguments": { ...valid, args: args.slice(0, 2) },
    "more arguments": { ...valid, args: [...args, 0n] },
    "no arguments": { ...valid, args: [] },
    "another nonce than signed": { ...valid, packed: packed + 256n },
    "a link's index": { ...valid, packed: packed + (1n << 152n) },
    "something above the packed word": { ...valid, packed: packed + (1n << 200n) },
    "a wrong s": { ...valid, sLow: sLow ^ 1n },
    "an s plus the group's order": { ...valid, ...halvesOf(sLow + (sHigh << 128n) + GRUMPKIN_ORDER) },
    "an s of the group's order": { ...valid, ...halvesOf(GRUMPKIN_ORDER) },
    "a low half of 129 bits": { ...valid, sLow: sLow + (1n << 128n), sHigh: sHigh - 1n },
    "a high half of 253 bits": { ...valid, sHigh: 1n << 252n },
    "another x of r": { ...valid, rX: valid.rX + 1n },
    "an x of r that is 0": { ...valid, rX: 0n },
    "another key": { ...valid, publicKey: scalarMultiply(GENERATOR, 5n) },
    "a key off the curve": { ...valid, publicKey: { x: publicKey.x, y: publicKey.y + 1n } },
    "a key of zeros": { ...valid, publicKey: { x: 0n, y: 0n } },
    "only zeros": {
      ...valid,
      publicKey: { x: 0n, y: 0n },
      packed: 0n,
      args: [0n, 0n, 0n],
      rX: 0n,
      sLow: 0n,
      sHigh: 0n,
    },
  };
}

function halvesOf(s: bigint): Pick<ForcedTransaction, "sLow" | "sHigh"> {
  return { sLow: s & ((1n << 128n) - 1n), sHigh: s >> 128n };
}
