import type { EstimateGasParameters } from "viem";
import { atPending } from "../atPending.ts";
import { versionedHashOf } from "../blob/versionedHashOf.ts";
import { FundsMissingError } from "../errors.ts";
import { isLackOfFunds } from "./broadcast.ts";
import { signVersion } from "./signVersion.ts";
import { findSubmission, nextNonce, type SenderState, workOf } from "./state.ts";
import type { Work } from "./submission.ts";

/**
 * Makes a submission of work, and sends it. The same work under the same key is that which is on its way; other work
 * under the key replaces it, as long as L1 has not mined it.
 */
export async function admit(state: SenderState, key: string, work: Work): Promise<void> {
  const known = findSubmission(state, key);
  if (known !== undefined && !known.mined?.isReverted && isSameWork(workOf(known), work)) return;
  const gas = await gasOf(state, work);
  if (known !== undefined && known.mined === undefined) {
    await signVersion(state, { ...known, work, gas });
    return;
  }
  const { signer, publicClient, submissions, callers } = state;
  const count = await publicClient.getTransactionCount({ address: signer.address, blockTag: "latest" });
  // Nobody waits for it any more, and L1 has never had it: its nonce is free for whoever outbids its fees. Nodes let
  // nothing with a blob take the place of something without one, nor the other way round.
  const given = submissions.find(
    (other) =>
      other.mined === undefined &&
      !other.wasUndone &&
      !callers.has(other.key) &&
      other.nonce >= count &&
      (other.sidecar === undefined) === (work.sidecar === undefined),
  );
  const nonce = given?.nonce ?? nextNonce(state, count, key);
  const outbids = given && { key: given.key, fees: given.attempts.at(-1)! };
  await signVersion(state, { key, nonce, work, gas, attempts: [], wasUndone: false, outbids });
}

function isSameWork(a: Work, b: Work): boolean {
  const isSameCall = a.to?.toLowerCase() === b.to?.toLowerCase() && a.data === b.data && a.value === b.value;
  return isSameCall && a.sidecar?.commitment === b.sidecar?.commitment;
}

/** Of an estimate, in percent: gas used depends on the block. */
const GAS_PERCENT = 110n;

/** What the work may use. @throws viem's error with the reason of a revert, FundsMissingError */
export async function gasOf({ publicClient, signer }: SenderState, { to, sidecar, ...work }: Work): Promise<bigint> {
  const blob = sidecar && { blobVersionedHashes: [versionedHashOf(sidecar.commitment)] };
  const request = { account: signer.address, ...work, ...blob, ...(to === undefined ? {} : { to }) };
  try {
    // In the pending block: the last block of a chain that mines on demand may be far behind.
    const gas = await atPending((blockTag) =>
      publicClient.estimateGas({ ...request, blockTag } as EstimateGasParameters),
    );
    return (gas * GAS_PERCENT) / 100n;
  } catch (error) {
    throw isLackOfFunds(error) ? new FundsMissingError(signer.address, error) : error;
  }
}
