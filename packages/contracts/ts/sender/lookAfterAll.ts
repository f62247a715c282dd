import { type Hash, type PublicClient, parseTransaction } from "viem";
import { gasOf } from "./admit.ts";
import { isSilence } from "./isSilence.ts";
import { judgeSubmission, type Patience, type Sighting, type Verdict } from "./judgeSubmission.ts";
import { give, signVersion } from "./signVersion.ts";
import { forgetSubmission, memoryOf, nextNonce, putSubmission, type SenderState, workOf } from "./state.ts";
import type { MinedAt, Submission } from "./submission.ts";

const PATIENCE: Patience = {
  raiseMilliseconds: 30_000,
  raiseBlobMilliseconds: 120_000,
  repeatMilliseconds: 15_000,
  missedMilliseconds: 60_000,
};

/** Asks L1 for every submission, in the order of their nonces, and does what is next for each. */
export async function lookAfterAll(state: SenderState): Promise<void> {
  if (state.submissions.length === 0) return;
  const [count, finalBlock] = await Promise.all([
    state.publicClient.getTransactionCount({ address: state.signer.address, blockTag: "latest" }),
    state.finalBlock(),
  ]);
  const failures: unknown[] = [];
  for (const submission of state.submissions) {
    // One that L1 or the signer refuses does not keep the others from being looked after.
    await lookAfter(state, submission, { count, finalBlock: Number(finalBlock) }).catch((error) =>
      failures.push(error),
    );
  }
  if (failures.length > 0) throw failures[0];
}

async function lookAfter(
  state: SenderState,
  submission: Submission,
  seen: Pick<Sighting, "count" | "finalBlock">,
): Promise<void> {
  const found = seen.count > submission.nonce ? await findMined(state, submission) : undefined;
  const sighting = sight(state, submission, { ...seen, found });
  const verdict = judgeSubmission(submission, sighting, { ...PATIENCE, ...state.patience });
  await carryOut(state, submission, { verdict, found });
}

function sight(
  state: SenderState,
  submission: Submission,
  seen: Pick<Sighting, "count" | "found" | "finalBlock">,
): Sighting {
  const memory = memoryOf(state, submission);
  const now = performance.now();
  const isMissed = seen.count > submission.nonce && seen.found === undefined;
  memory.missedAt = isMissed ? (memory.missedAt ?? now) : undefined;
  const { signedAt = Number.NEGATIVE_INFINITY, sentAt = Number.NEGATIVE_INFINITY, missedAt = now } = memory;
  return {
    ...seen,
    sinceSignedMilliseconds: now - signedAt,
    sinceSentMilliseconds: now - sentAt,
    sinceMissedMilliseconds: now - missedAt,
    isUnderpriced: memory.isUnderpriced,
    isTooDear: memory.isTooDear,
  };
}

async function carryOut(
  state: SenderState,
  submission: Submission,
  { verdict, found }: { readonly verdict: Verdict; readonly found: MinedAt | undefined },
): Promise<void> {
  const { key, nonce, raw } = submission;
  const { logger } = state;
  switch (verdict) {
    case "forget":
      if (!state.callers.has(key)) await forgetSubmission(state, key);
      return;
    case "mined":
      Object.assign(memoryOf(state, submission), { isCapped: false, isTooDear: false });
      return await putSubmission(state, { ...submission, mined: found });
    case "undone": {
      logger.warn(`A reorganisation of L1 has undone ${key}; it is sent again`, { nonce });
      const undone = { ...submission, mined: undefined, wasUndone: true };
      await putSubmission(state, undone);
      return await give(state, undone);
    }
    case "renumber":
      logger.warn(`Another transaction has used nonce ${nonce} of ${key}; it is sent with the next one`);
      return await renumber(state, submission);
    case "raise":
    case "lower": {
      const isTooDear = verdict === "lower";
      const version = { ...submission, work: workOf(submission), gas: parseTransaction(raw).gas!, isTooDear };
      // The node's limit may have been raised meanwhile.
      if (!(await signVersion(state, version)) && isTooDear) await give(state, submission);
      return;
    }
    case "send":
      return await give(state, submission);
    case "rest":
    case "wait":
      return;
  }
}

/**
 * Gives the work of a submission whose nonce is gone a nonce above all others. What L1 would refuse now is given up:
 * its nonce will never be free again.
 */
async function renumber(state: SenderState, submission: Submission): Promise<void> {
  const { key, wasUndone } = submission;
  const work = workOf(submission);
  let gas: bigint;
  try {
    gas = await gasOf(state, work);
  } catch (error) {
    if (!isSilence(error)) await forgetSubmission(state, key);
    throw error;
  }
  const count = await state.publicClient.getTransactionCount({ address: state.signer.address, blockTag: "latest" });
  await signVersion(state, { key, nonce: nextNonce(state, count, key), work, gas, attempts: [], wasUndone });
}

/** The receipt of whichever attempt is mined, the last known one first. */
async function findMined({ publicClient }: SenderState, submission: Submission): Promise<MinedAt | undefined> {
  const { attempts, mined } = submission;
  const known = mined === undefined ? [] : [mined.hash];
  for (const hash of new Set([...known, ...attempts.map((attempt) => attempt.hash).reverse()])) {
    const receipt = await receiptOf(publicClient, hash);
    if (receipt === null) continue;
    const { blockNumber, blockHash, status } = receipt;
    return { hash, block: Number(blockNumber), blockHash, isReverted: BigInt(status) === 0n };
  }
  return undefined;
}

/** viem throws where there is none; null is an answer here. */
async function receiptOf(publicClient: PublicClient, hash: Hash) {
  return await publicClient.request({ method: "eth_getTransactionReceipt", params: [hash] });
}
