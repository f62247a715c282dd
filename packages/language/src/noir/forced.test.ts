import { entryKey, type ForcedTransaction, MessageKind } from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addressFor,
  createLedgerLayer,
  FORCED_SIZE,
  forceTransfer,
  invalidTransfers,
  transfer,
} from "../testing/forcedLedger.ts";
import { ledger } from "../testing/ledger.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

const { program } = ledger;

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: FORCED_SIZE }));
}, 300_000);

/** Whether the circuit takes a block, and the account of secret 1 after it. */
async function outcomeOf(forced: readonly ForcedTransaction[]) {
  const layer = createLedgerLayer();
  const witness = layer.block({ size: FORCED_SIZE.name, forced });
  const failure = await circuit.failure(blockInputs({ program, size: FORCED_SIZE, witness }));
  const [nonce, balance] = layer.tree.read(entryKey(0, [addressFor(1n)]))!;
  return { failure, nonce, balance, witness };
}

describe("the circuit takes", () => {
  test("valid ones, in order, and counts their nonces", async () => {
    const forced = [forceTransfer(), forceTransfer({ ...transfer(3n, 5n), nonce: 4 }), forceTransfer({}, 2n)];
    expect(await outcomeOf(forced)).toMatchObject({ failure: undefined, nonce: 5n, balance: 985n });
  });

  test("one that comes twice, and executes it once", async () => {
    const outcome = await outcomeOf([forceTransfer(), forceTransfer()]);
    expect(outcome).toMatchObject({ failure: undefined, nonce: 1n, balance: 990n });
  });

  test("a block of fewer, and of none", async () => {
    expect((await outcomeOf([forceTransfer()])).failure).toBeUndefined();
    expect((await outcomeOf([])).failure).toBeUndefined();
  });

  test("one that sends a message", async () => {
    const outcome = await outcomeOf([forceTransfer({ method: 2, args: [20n, 0x1234n, 1n] })]);
    expect(outcome).toMatchObject({ failure: undefined, nonce: 1n, balance: 980n });
    expect(outcome.witness.produced.map(({ kind }) => kind)).toEqual([MessageKind.withdrawal]);
  });

  test("one that could send to another layer and does not, and one that sends to L1", async () => {
    const forced = [0xdeadn, 0n].map((layer, nonce) =>
      forceTransfer({ method: 3, args: [layer, 9n, BigInt(nonce)], nonce }),
    );
    const outcome = await outcomeOf(forced);
    expect(outcome).toMatchObject({ failure: undefined, nonce: 2n });
    expect(outcome.witness.produced).toMatchObject([{ kind: MessageKind.call, to: 0n }]);
  });

  test("one after an invalid one, on the state as it was", async () => {
    const outcome = await outcomeOf([forceTransfer(transfer(9n, 1001n)), forceTransfer()]);
    expect(outcome).toMatchObject({ failure: undefined, nonce: 1n, balance: 990n });
  });

  test.each(Object.entries(invalidTransfers()))("an invalid one, which changes nothing: %s", async (_, invalid) => {
    const outcome = await outcomeOf([invalid, invalid]);
    expect(outcome).toMatchObject({ failure: undefined, nonce: 0n, balance: 1000n, witness: { produced: [] } });
  });
});
