import { exchange } from "@frond/exchange";
import { blockCircuit, blockInputs, blockSizes } from "@frond/language";
import type { BlockWitness } from "@frond/protocol";
import type { CircuitSource, InputMap } from "@frond/prover";
import { createSequencer } from "@frond/sequencer";
import { memoryStore } from "@frond/store";
import { createTraders } from "./traders.ts";

const LAYER = 77n;
const TRADERS = 32;

/**
 * A full block of the largest size, all of it swaps, made by a sequencer in memory: its circuit, and the inputs that
 * prove it.
 */
export async function largestBlock(
  accounts = TRADERS,
): Promise<{ readonly source: CircuitSource; readonly inputs: InputMap; readonly witness: BlockWitness }> {
  const { program } = exchange;
  const size = blockSizes.at(-1)!;
  const store = memoryStore({
    layerId: LAYER,
    application: program.name,
    programDigest: "",
    entryWidth: program.entryWidth,
  });
  const sequencer = createSequencer(
    { program, layerId: LAYER, sizes: blockSizes, secret: 5n, blockMilliseconds: 3_600_000 },
    { store },
  );
  const traders = createTraders(LAYER, accounts);
  await sequencer.consume(traders.deposits.map((message, position) => ({ source: "l1", position, message })));
  await sequencer.submit(traders.addLiquidity());
  await sequencer.seal();
  await Promise.all(traders.swaps(size.transactions).map((transaction) => sequencer.submit(transaction)));
  await sequencer.seal();
  const witness = store.witness(store.lastBlockNumber());
  await sequencer.close();
  if (witness?.size !== size.name || witness.transactions.length !== size.transactions) {
    throw new Error("The swaps did not fill a block of the largest size.");
  }
  return { source: blockCircuit({ program, size }), inputs: blockInputs({ program, size, witness }), witness };
}
