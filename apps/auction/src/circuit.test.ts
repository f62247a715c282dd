import { publicKeyOf } from "@frond/foundation";
import {
  type ArgumentsOf,
  blockCircuit,
  blockInputs,
  encodeArguments,
  heedlessInputs,
  minutes,
  TransactionFailedError,
} from "@frond/language";
import { createTestCircuit, createTestLayer, type TestCircuit } from "@frond/language/testing";
import { ETHER, QUOTE } from "@frond/money";
import { addressOf, type BlockSize, type Message, MessageKind } from "@frond/protocol";
import { beforeAll, expect, test } from "vitest";
import { auction } from "./auction.ts";

/* The circuit of a small block, executed without a proof: that the time of a bid is no matter of trust. */

const { program } = auction;
const SIZE: BlockSize = { name: "test", transactions: 2, entries: 8, inserts: 4, consumed: 2, produced: 1 };
const SELLER = 5n;
const BOB = 6n;
const HERE = 7n;
const NOW = 1_800_000_000_000;
const [seller, bob] = [addressOf(publicKeyOf(SELLER)), addressOf(publicKeyOf(BOB))];

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

const call = <N extends keyof typeof auction.methods>(
  secret: bigint,
  method: N,
  args: ArgumentsOf<(typeof auction.methods)[N]>,
) => ({ secret, ...encodeArguments(auction, method, args) });

function deposit(recipient: bigint, asset: number): Message {
  const money = { asset, amount: 5000n, recipient, payload: 9n };
  return { from: 0n, to: HERE, time: 0, kind: MessageKind.deposit, ...money };
}
const key = { seller, id: 1 };
const bid = (amount: number) => call(BOB, "bid", { ...key, amount });

/** A layer with an auction that was opened for an hour at `NOW`, after the blocks are seen to satisfy the circuit. */
async function openAuction() {
  const layer = createTestLayer(program, HERE);
  layer.time = NOW - 1;
  const money = [deposit(seller, QUOTE), deposit(bob, ETHER)];
  const opening = call(SELLER, "open", { id: 1, lot: 500, reserve: 1000, milliseconds: minutes(60) });
  for (const block of [{ consumed: money }, { calls: [opening] }]) {
    const witness = layer.block({ size: SIZE.name, ...block });
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness }))).toBeUndefined();
  }
  return layer;
}

test("bids until the end, then the settlement, satisfy the circuit", async () => {
  const layer = await openAuction();
  const moments = [
    { after: minutes(60) - 2n, calls: [bid(1000), bid(1100)], count: 2 },
    { after: minutes(5), calls: [bid(2000)], count: 0 },
    { after: 0n, calls: [call(BOB, "settle", key)], count: 1 },
  ];
  for (const { after, calls, count } of moments) {
    layer.pass(after);
    const witness = layer.block({ size: SIZE.name, calls });
    expect(witness.transactions).toHaveLength(count);
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness }))).toBeUndefined();
  }
});

test("no sequencer can prove a bid that comes at the end, or a settlement before", async () => {
  const layer = await openAuction();
  layer.time = NOW + Number(minutes(60)) - 2;
  for (const late of [call(BOB, "settle", key), bid(1000)]) {
    const { failed } = layer.attempt({ size: SIZE.name, calls: [late] });
    expect(() => blockInputs({ program, size: SIZE, witness: failed! })).toThrow(TransactionFailedError);
    expect(await circuit.failure(heedlessInputs({ program, size: SIZE, witness: failed! }))).toMatch(
      /its method fails/,
    );
    layer.time = NOW + Number(minutes(60));
  }
});
