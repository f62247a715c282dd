import { GRUMPKIN_ORDER, negatePoint, type Point, publicKeyOf } from "@frond/foundation";
import { account, allSizes, application, blockCircuit, blockInputs, u64 } from "@frond/language";
import { createTestLayer } from "@frond/language/testing";
import {
  addressOf,
  entryKey,
  type ForcedTransaction,
  forcedOf,
  forcedTransactionHash,
  signTransaction,
} from "@frond/protocol";
import { createProver, createReferenceString, type PreparedCircuit, type Prover } from "@frond/prover";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * Forced transactions that the backend could not prove to be invalid, if their circuit multiplied points as that of
 * other transactions does: whoever publishes one of them would have the layer frozen.
 */

const MINUTES = 60_000;
const LAYER = 7n;
const SECRET = 5n;

const counter = application({
  name: "counter",
  state: { accounts: account({ count: u64 }) },
  methods: {
    count: {
      args: { by: u64 },
      run: ({ state, sender }, { by }) => state.accounts.at(sender).count.update((count) => count.add(by)),
    },
  },
});
const { program } = counter;
const size = allSizes(program).at(-1)!;

/**
 * Where the tables begin with which the backend multiplies the second point of a sum (`cycle_group` of Barretenberg).
 */
const TABLE_START: Point = {
  x: 0xfb76e5904e203fe96cf620f86739e685c85c56774b23c1e7c86fba3290ae42bn,
  y: 0x2a32122a08e2dcc594f4b657eb5e2e4f84cb67f06ab4b2d432c5f61c22330a3fn,
};

let prover: Prover;
let circuit: PreparedCircuit;
beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
  circuit = await prover.prepare(blockCircuit({ program, size }), "recursive");
}, 10 * MINUTES);
afterAll(() => prover?.close());

const valid = forcedOf(
  signTransaction({ layerId: LAYER, method: 0, args: [3n], nonce: 0, maxFee: 0n, expiry: 1_000 }, SECRET),
);
const halvesOf = (s: bigint) => ({ sLow: s & ((1n << 128n) - 1n), sHigh: s >> 128n });

/** A signature whose sum is the neutral point, of the account whose key is the generator times its secret. */
function neutral(): ForcedTransaction {
  const forged = { ...valid, rX: 3n };
  const challenge = (forcedTransactionHash(forged) * SECRET) % GRUMPKIN_ORDER;
  return { ...forged, ...halvesOf(GRUMPKIN_ORDER - challenge) };
}

test("a block is proven whatever keys and signatures are in it", { timeout: 5 * MINUTES }, async () => {
  const hostile = [
    { ...valid, publicKey: TABLE_START },
    { ...valid, publicKey: negatePoint(TABLE_START) },
    neutral(),
    { ...valid, ...halvesOf(GRUMPKIN_ORDER - 1n) },
    { ...valid, ...halvesOf(0n) },
    { ...valid, ...halvesOf((1n << 255n) - 1n) },
    { ...valid, publicKey: { x: 0n, y: 0n }, rX: 0n },
    valid,
  ];
  const layer = createTestLayer(program, LAYER);
  for (const forced of [hostile.slice(0, 4), hostile.slice(4)]) {
    const witness = layer.block({ size: size.name, forced });
    const { publicInputs, proof } = await prover.prove(circuit, blockInputs({ program, size, witness }));
    expect(await prover.verify(circuit, { publicInputs, proof })).toBe(true);
  }
  expect(layer.tree.read(entryKey(0, [addressOf(publicKeyOf(SECRET))]))).toEqual([1n, 3n]);
});
