import { createProver } from "../createProver.ts";
import { chainCircuit } from "./circuits.ts";

// The process that a test kills: it proves until then, and says when it has begun.
const { referenceString, cacheDirectory } = JSON.parse(process.argv[2]!);
const prover = await createProver({ referenceString, cacheDirectory, niceness: 0 });
const circuit = await prover.prepare(chainCircuit(700), "recursive");
await prover.prove(circuit, { start: "1" });
process.send?.("begun");
for (;;) await prover.prove(circuit, { start: "2" });
