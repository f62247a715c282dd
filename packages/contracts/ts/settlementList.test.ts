import { FIELD_MODULUS } from "@frond/foundation";
import { challengeZ, evaluate, LIST_CAPACITY, NO_BLOB, WORDS_PER_ITEM } from "@frond/protocol";
import fc from "fast-check";
import { type Address, toHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractErrorName } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";

const results = [
  { name: "result", type: "uint256" },
  { name: "gasUsed", type: "uint256" },
] as const;
const harnessAbi = [
  {
    type: "function",
    name: "evaluate",
    stateMutability: "view",
    inputs: [
      { name: "words", type: "uint256[]" },
      { name: "z", type: "uint256" },
    ],
    outputs: results,
  },
  {
    type: "function",
    name: "challenge",
    stateMutability: "view",
    inputs: [
      { name: "words", type: "uint256[]" },
      { name: "commitment", type: "uint256" },
      { name: "epoch", type: "uint256" },
      { name: "versionedHash", type: "bytes32" },
    ],
    outputs: results,
  },
  { type: "error", name: "WordNotInField", inputs: [{ type: "uint256" }, { type: "uint256" }] },
  { type: "error", name: "ListLengthInvalid", inputs: [{ type: "uint256" }, { type: "uint256" }] },
] as const;

const WORDS = LIST_CAPACITY * WORDS_PER_ITEM;

let network: TestNetwork;
let harness: Address;
beforeAll(async () => {
  network = await createTestNetwork();
  harness = await network.deploy("ListHarness");
});
afterAll(() => network.close());

function evaluateOnChain(words: readonly bigint[], z: bigint) {
  return network.publicClient.readContract({
    address: harness,
    abi: harnessAbi,
    functionName: "evaluate",
    args: [[...words], z],
  });
}

const field = fc.oneof(fc.bigInt(0n, FIELD_MODULUS - 1n), fc.constantFrom(0n, 1n, FIELD_MODULUS - 1n));
const list = fc.array(fc.tuple(field, field, field, field), { maxLength: 40 }).map((items) => items.flat());

test("the contract and the protocol agree on z and y", async () => {
  await fc.assert(
    fc.asyncProperty(list, field, fc.integer({ min: 1, max: 2 ** 31 }), async (words, c, epoch) => {
      const versionedHash = toHex(c, { size: 32 });
      const z = challengeZ({ c, words, epoch, contract: harness, versionedHash });
      const [onChain] = await network.publicClient.readContract({
        address: harness,
        abi: harnessAbi,
        functionName: "challenge",
        args: [words, c, BigInt(epoch), versionedHash],
      });
      expect(onChain).toBe(z);
      expect((await evaluateOnChain(words, z))[0]).toBe(evaluate(words, z));
    }),
    { numRuns: 100 },
  );
});

test("a word outside the field is found wherever it is", async () => {
  for (let i = 0; i < 8; i++) {
    for (const word of [FIELD_MODULUS, 2n ** 256n - 1n]) {
      const words = new Array<bigint>(8).fill(1n).with(i, word);
      await expect(evaluateOnChain(words, 3n).catch(contractErrorName)).resolves.toBe("WordNotInField");
    }
  }
});

test("a list holds whole items and no more than its capacity", async () => {
  for (const length of [1, 2, 3, 5, WORDS - 1, WORDS + 4]) {
    const words = new Array<bigint>(length).fill(1n);
    await expect(evaluateOnChain(words, 3n).catch(contractErrorName)).resolves.toBe("ListLengthInvalid");
  }
});

test("gas of an element of the list", async () => {
  const words = new Array<bigint>(WORDS).fill(FIELD_MODULUS - 1n);
  const [, evaluation] = await evaluateOnChain(words, FIELD_MODULUS - 2n);
  const [, challenge] = await network.publicClient.readContract({
    address: harness,
    abi: harnessAbi,
    functionName: "challenge",
    args: [words, 1n, 1n, NO_BLOB],
  });
  expect({ evaluation: Number(evaluation) / WORDS, challenge: Number(challenge) / WORDS }).toMatchInlineSnapshot(`
    {
      "challenge": 14.2421875,
      "evaluation": 67.70182291666667,
    }
  `);
});
