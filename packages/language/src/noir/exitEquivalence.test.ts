import { type Field, publicKeyOf } from "@frond/foundation";
import { addressOf, entryKey, payoutsHash, signExit } from "@frond/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runExit } from "../executor/runExit.ts";
import { exitState } from "../testing/exitState.ts";
import { purse } from "../testing/purse.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { exitCircuit } from "./exitCircuit.ts";
import { forcedExitInputs } from "./exitInputs.ts";

const { program } = purse;
const [ADA, EVE] = [5n, 6n];
const account = addressOf(publicKeyOf(ADA));
const LARGEST = (1n << 128n) - 1n;

/** Few values, so that debts equal balances and pots are empty now and then, and the largest, so that some overflow. */
const amount = fc.constantFrom(0n, 1n, 2n, 1000n, LARGEST >> 1n, LARGEST);
const shares = fc.constantFrom(0n, 1n, 7n, (1n << 64n) - 1n);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const layer = fc.record({
  own: maybe(fc.tuple(amount, shares)),
  others: maybe(fc.tuple(amount, shares)),
  pot: maybe(fc.tuple(amount, shares)),
  debt: maybe(amount),
  notes: fc.array(fc.tuple(fc.nat(3), amount, fc.boolean()), { minLength: 2, maxLength: 5 }),
});

const layerId = fc.constantFrom(7n, 7n, 8n);
const args = fc.tuple(fc.bigInt(0n, 3n), fc.bigInt(0n, 1n));
const claim = fc.oneof(
  { weight: 4, arbitrary: fc.record({ exit: fc.constant(0), args: fc.constant([0n, 0n]), layerId }) },
  { weight: 4, arbitrary: fc.record({ exit: fc.constant(1), args, layerId }) },
  { weight: 1, arbitrary: fc.record({ exit: fc.nat(2), args: fc.constantFrom([1n << 16n, 0n], [1n, 2n]), layerId }) },
);

function entriesOf({ own, others, pot, debt, notes }: typeof layer extends fc.Arbitrary<infer T> ? T : never) {
  const entries = new Map<Field, Field[]>();
  if (own !== undefined) entries.set(entryKey(0, [account]), [1n, ...own]);
  if (others !== undefined) entries.set(entryKey(0, [addressOf(publicKeyOf(EVE))]), [1n, ...others]);
  if (pot !== undefined) entries.set(entryKey(1, []), [...pot]);
  if (debt !== undefined) entries.set(entryKey(2, [account]), [debt]);
  for (const [id, value, isToken] of notes) entries.set(entryKey(3, [account, BigInt(id)]), [value, isToken ? 1n : 0n]);
  return entries;
}

test("the circuit accepts an exit if the function does, and with the same payouts", { timeout: 300_000 }, async () => {
  const circuit = await createTestCircuit(exitCircuit(purse));
  let accepted = 0;
  let refused = 0;
  for (const [content, { exit, args, layerId }] of fc.sample(fc.tuple(layer, claim), { seed: 1, numRuns: 120 })) {
    const state = exitState(program, entriesOf(content));
    const valuesOf = (key: Field) => {
      const { leaf } = state.open(key);
      return leaf.key === key ? leaf.values! : [0n, 0n, 0n];
    };
    const outcome = runExit({ program, layerId, state: { get: valuesOf }, account, exit, args });
    const signed = signExit({ layerId, exit, args, recipient: 1n }, ADA);
    const { inputs, payouts, statement } = forcedExitInputs({ program, exit: signed, state });
    const failure = await circuit.failure(inputs);
    if (outcome.ok) {
      expect(failure).toBeUndefined();
      expect(payouts.filter((payout) => payout.amount > 0n)).toEqual(outcome.payouts);
      expect(statement.payoutsHash).toBe(payoutsHash(payouts));
      accepted++;
    } else {
      expect(failure).toBeDefined();
      refused++;
    }
  }
  expect(Math.min(accepted, refused)).toBeGreaterThan(20);
});
