import { fieldToBytes } from "@frond/foundation";
import type { Claim } from "../pool/types.ts";
import type { PreparedCircuit } from "../types.ts";
import { decodeInputs } from "./encodeInputs.ts";
import { finishJob, giveUp } from "./endJob.ts";
import { judgeClaim } from "./judgeClaim.ts";
import { triesOf } from "./judgeFailure.ts";
import { type QueueState, tell } from "./queueState.ts";
import { readInputs } from "./readInputs.ts";
import { runWork } from "./runWork.ts";
import { notePace } from "./timeLimit.ts";
import type { StoredProofJob } from "./types.ts";
import { countFor } from "./workerRecords.ts";

/** Judges what a worker says about a job, and keeps what is true of it. */
export async function settleClaim(
  state: QueueState,
  job: StoredProofJob,
  { circuit, claim }: { readonly circuit: PreparedCircuit; readonly claim: Claim },
): Promise<void> {
  const task = {
    circuit,
    expect: state.jobs.get(job.id)?.expect,
    readInputs: async () => decodeInputs(await readInputs(state, job.inputsHash)),
  };
  const verdict = await judgeClaim(claim, task, state.verifier);
  if (!state.jobs.has(job.id)) return;
  const { worker } = claim;
  const tries = triesOf(job);
  if (verdict.kind === "impossible") {
    return giveUp(state, job, { tries: { ...tries, failures: tries.failures + 1 }, error: verdict.error });
  }
  if (verdict.kind === "lie") return noteLie(state, job, { worker, reason: verdict.reason });
  const { publicInputs, proof, witnessSeconds, provingSeconds } = verdict.proof;
  const proofBytes = new Uint8Array(Buffer.concat(proof.map(fieldToBytes)));
  // A remote worker may say anything, but not that it took longer than it had the job.
  const observed = (performance.now() - (state.running.get(job.id)?.since ?? 0)) / 1_000;
  state.pace = notePace(state.pace, { rows: job.rows, seconds: Math.min(provingSeconds, observed) });
  await countFor(state, worker, "done");
  const from = { circuit: job.circuit, worker };
  await finishJob(state, job, { publicInputs, proof, proofBytes, ...from, witnessSeconds, provingSeconds });
}

/** Settles a claim that was made for the queue that was here before. */
export async function settleFound(state: QueueState, id: string, claim: Claim): Promise<void> {
  const job = state.jobs.get(id);
  if (!job || job.error || state.running.has(id) || state.isClosing) return;
  const circuit = await state.circuits.get(job.circuit);
  if (!circuit || state.running.has(id)) return;
  await runWork(state, job, { work: () => settleClaim(state, job, { circuit, claim }) });
}

async function noteLie(
  state: QueueState,
  job: StoredProofJob,
  { worker, reason }: { readonly worker: string; readonly reason: string },
): Promise<void> {
  const { lies } = await countFor(state, worker, "lies");
  state.logger.warn("A worker gave a wrong result", { id: job.id, circuit: job.circuitName, worker, lies, reason });
  tell(state, job, { event: "lied", worker, reason });
}
