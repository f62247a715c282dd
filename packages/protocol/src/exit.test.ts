import { poseidon2Hash, publicKeyOf } from "@frond/foundation";
import { expect, test } from "vitest";
import { EXIT_PAYOUTS } from "./constants.ts";
import {
  claimIdOf,
  exitPublicInputs,
  packPayout,
  payoutsHash,
  readExitStatement,
  signExit,
  verifyExit,
} from "./exit.ts";
import { addressOf } from "./transaction.ts";

const unsigned = { layerId: 7n, exit: 1, args: [3n, 0n], recipient: 0xabcn };

test("a signature holds for one claim of one account and for one recipient", () => {
  const signed = signExit(unsigned, 5n);
  expect(verifyExit(signed)).toBe(true);
  for (const other of [
    { layerId: 8n },
    { exit: 0 },
    { args: [4n, 0n] },
    { recipient: 1n },
    { publicKey: publicKeyOf(6n) },
  ]) {
    expect(verifyExit({ ...signed, ...other })).toBe(false);
  }
});

test("claims differ by layer, exit, arguments and account", () => {
  const account = addressOf(publicKeyOf(5n));
  const ids = [
    claimIdOf(unsigned, account),
    claimIdOf({ ...unsigned, layerId: 8n }, account),
    claimIdOf({ ...unsigned, exit: 2 }, account),
    claimIdOf({ ...unsigned, args: [4n, 0n] }, account),
    claimIdOf(unsigned, account + 1n),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test("only an address of L1 is paid", () => {
  expect(() => signExit({ ...unsigned, recipient: 1n << 160n }, 5n)).toThrowErrorMatchingInlineSnapshot(
    `[ExitRecipientError: An exit pays 0x10000000000000000000000000000000000000000, which has more than 160 bits. Give the address of an account on L1.]`,
  );
});

test("places without a payout are zeros", () => {
  const words = [2n, 9n, ...new Array<bigint>(2 * (EXIT_PAYOUTS - 1)).fill(0n)];
  expect(payoutsHash([{ asset: 2, amount: 9n }])).toBe(poseidon2Hash(words));
});

test("a payout is packed, asset first", () => {
  expect(packPayout({ asset: 2, amount: 9n })).toBe((9n << 32n) + 2n);
  expect(() => packPayout({ asset: 2 ** 32, amount: 0n })).toThrow(/a payout's asset/i);
});

test("the public inputs of an exit are read as they are written", () => {
  const statement = {
    ...{ layerId: 7n, stateRoot: 8n, claimId: 9n, recipient: 10n, epoch: 0, payoutsHash: 11n, unused: 0n },
  };
  expect(readExitStatement(exitPublicInputs(statement))).toEqual(statement);
  expect(readExitStatement([1n])).toBeUndefined();
});
