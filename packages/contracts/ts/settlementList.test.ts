import { FIELD_MODULUS } from "@frond/foundation";
import { challengeZ, evaluate } from "@frond/protocol";
import fc from "fast-check";
import type { Address } from "viem";
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
    ],
    outputs: results,
  },
  { type: "error", name: "WordNotInField", inputs: [{ type: "uint256" }, { type: "uint256" }] },
  { type: "error", name: "ListLengthInvalid", inputs: [{ type: "uint256" }, { type: "uint256" }] },
] as const;

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
      const z = challengeZ({ c, words, epoch, contract: harness });
      const [onChain] = await network.publicClient.readContract({
        address: harness,
        abi: harnessAbi,
        functionName: "challenge",
        args: [words, c, BigInt(epoch)],
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
  for (const length of [1, 2, 3, 5, 1023, 1028]) {
    const words = new Array<bigint>(length).fill(1n);
    await expect(evaluateOnChain(words, 3n).catch(contractErrorName)).resolves.toBe("ListLengthInvalid");
  }
});

test("gas of an element of the list", async () => {
  const words = new Array<bigint>(1024).fill(FIELD_MODULUS - 1n);
  const [, evaluation] = await evaluateOnChain(words, FIELD_MODULUS - 2n);
  const [, challenge] = await network.publicClient.readContract({
    address: harness,
    abi: harnessAbi,
    functionName: "challenge",
    args: [words, 1n, 1n],
  });
  expect({ evaluation: Number(evaluation) / 1024, challenge: Number(challenge) / 1024 }).toMatchInlineSnapshot(`
    {
      "challenge": 14.58203125,
      "evaluation": 67.5888671875,
    }
  `);
});
