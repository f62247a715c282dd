import { formatGwei, keccak256 } from "viem";
import { versionedHashOf } from "../blob/versionedHashOf.ts";
import { FundsMissingError } from "../errors.ts";
import { broadcast, isLackOfFunds } from "./broadcast.ts";
import { type Market, marketFees, raisedFees } from "./fees.ts";
import { networkForm } from "./networkForm.ts";
import { memoryOf, putSubmission, type SenderState } from "./state.ts";
import type { Fees, Submission, Work } from "./submission.ts";

/** A submission before the signature of its next version. */
export type Version = Pick<Submission, "key" | "nonce" | "attempts" | "wasUndone"> & {
  readonly work: Work;
  readonly gas: bigint;
  /** Another submission whose nonce it takes, and with it its place in the memory of nodes. */
  readonly outbids?: { readonly key: string; readonly fees: Fees } | undefined;
  /** The last version was refused for what it may cost: the next one has lower fees, or there is none. */
  readonly isTooDear?: boolean;
};

/**
 * Signs the next version of a submission with the fees of now, or those that replace the last version; makes it durable
 * and sends it. Where the cap leaves no room for higher fees, or L1 asks for no lower ones, the last version stays.
 * Gives whether there is a new version.
 */
export async function signVersion(state: SenderState, version: Version): Promise<boolean> {
  const { key, nonce, attempts, wasUndone, work, gas, outbids, isTooDear = false } = version;
  const { maxFeePerGas: cap, signer, chainId, logger } = state;
  const market = await marketOf(state, work);
  const fees = feesOf(version, market, cap);
  const memory = memoryOf(state, version);
  const isCapped = (fees === undefined && !isTooDear) || market.baseFee > cap || (market.blobBaseFee ?? 0n) > cap;
  if (isCapped && !memory.isCapped)
    logger.warn(`L1 asks for more than the ${formatGwei(cap)} gwei that a unit of gas may cost; ${key} waits`);
  Object.assign(memory, { isCapped, signedAt: performance.now(), isUnderpriced: false });
  if (fees === undefined) return false;
  const { sidecar, ...call } = work;
  const blob = sidecar && { blobVersionedHashes: [versionedHashOf(sidecar.commitment)] };
  const raw = await signer.sign({ chainId, nonce, ...call, ...blob, gas, ...fees });
  if (attempts.length > 0 || outbids !== undefined)
    logger.info(`${key} is sent with ${formatGwei(fees.maxFeePerGas)} gwei for a unit of gas now`, { nonce });
  const next = [...attempts, { hash: keccak256(raw), ...fees }];
  const signed = { key, nonce, raw, attempts: next, mined: undefined, wasUndone };
  const submission: Submission = { ...signed, ...(sidecar && { sidecar }) };
  await putSubmission(state, submission, outbids?.key);
  await give(state, submission);
  return true;
}

function feesOf({ attempts, outbids, isTooDear }: Version, market: Market, cap: bigint): Fees | undefined {
  const last = attempts.at(-1) ?? outbids?.fees;
  const wanted = marketFees(market, cap);
  if (last !== undefined && isTooDear) return wanted.maxFeePerGas < last.maxFeePerGas ? wanted : undefined;
  const raised = last && raisedFees(last, market, cap);
  // The first version is signed in any case: what waits has to be durable.
  return raised ?? (attempts.length === 0 ? wanted : undefined);
}

/** Gives the last version to L1. */
export async function give(state: SenderState, submission: Submission): Promise<void> {
  try {
    const reception = await broadcast(state.publicClient, networkForm(submission));
    const memory = memoryOf(state, submission);
    memory.sentAt = performance.now();
    memory.signedAt ??= memory.sentAt;
    // Higher fees are no help: it is sent again as it is.
    if (reception === "reserved") memory.signedAt = memory.sentAt;
    memory.isUnderpriced = reception === "underpriced";
    if (reception === "tooDear" && !memory.isTooDear)
      state.logger.warn(`L1's node takes no transaction that may cost as much as ${submission.key}, which waits`);
    memory.isTooDear = reception === "tooDear";
  } catch (error) {
    throw isLackOfFunds(error) ? new FundsMissingError(state.signer.address, error) : error;
  }
}

async function marketOf({ publicClient }: SenderState, { sidecar }: Work): Promise<Market> {
  const [{ baseFeePerGas }, tip, blobBaseFee] = await Promise.all([
    publicClient.getBlock({ blockTag: "latest" }),
    publicClient.estimateMaxPriorityFeePerGas(),
    sidecar && publicClient.getBlobBaseFee(),
  ]);
  const baseFee = baseFeePerGas ?? (await publicClient.getGasPrice());
  return { baseFee, tip, ...(blobBaseFee !== undefined && { blobBaseFee }) };
}
