import { defaultCacheDirectory } from "@frond/foundation/node";
import { createProver, createReferenceString } from "@frond/prover";
import { largestBlock } from "../largestBlock.ts";

/** Sent when a proof is made. */
export type BlockProven = { readonly provingSeconds: number; readonly peakBytes: number };

// Proves the same full block over and over, until the parent lets go.
const referenceString = await createReferenceString({ kind: "development", directory: defaultCacheDirectory() });
const prover = await createProver({ referenceString });
const { source, inputs } = await largestBlock();
const circuit = await prover.prepare(source, "recursive");
let ending = false;
process.on("disconnect", () => {
  ending = true;
  void prover.close().then(() => process.exit(0));
});
process.send!("begun");
while (!ending) {
  try {
    const { provingSeconds } = await prover.prove(circuit, inputs);
    process.send!({ provingSeconds, peakBytes: prover.memory().peakBytes } satisfies BlockProven);
  } catch (error) {
    if (!ending) throw error;
  }
}
