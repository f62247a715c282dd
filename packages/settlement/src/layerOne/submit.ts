import {
  type EpochSubmission,
  encodeSettle,
  readSettled,
  revertOf,
  type Sender,
  type Sidecar,
  simulateSettle,
} from "@frond/contracts";
import { sleep } from "@frond/foundation";
import type { Address, Hex, PublicClient } from "viem";
import { DeploymentRetiredError, EpochRefusedError, EpochTakenError } from "../errors.ts";
import { remapDeposits } from "./remapDeposits.ts";

type Options = {
  readonly publicClient: PublicClient;
  readonly sender: Sender;
  readonly settlement: Address;
  readonly deploymentBlock: bigint;
  readonly safeBlock: () => Promise<bigint>;
};

/** Under which the sender keeps the transaction of an epoch. */
export function keyOf(epoch: number): string {
  return `settle/${epoch}`;
}

/**
 * Settles an epoch, and resolves with the transaction's hash when its block is safe. What was sent of the epoch already
 * is gone on with.
 * @throws EpochTakenError if somebody else settled it meanwhile, EpochRefusedError if L1 will never accept it,
 *   DeploymentRetiredError if L1 accepts nothing any more, viem's error if L1 does not accept it now
 */
export async function submit(
  options: Options,
  epoch: number,
  submission: EpochSubmission,
  sidecar?: Sidecar,
): Promise<Hex> {
  const { sender, settlement, safeBlock } = options;
  const key = keyOf(epoch);
  const sent = sender.sent(key);
  const given = new AbortController();
  const isOnItsWay = sent !== undefined && !sent.mined?.isReverted && sent.data === encodeSettle(submission);
  const accepted = isOnItsWay ? submission : await requireAccepted(options, epoch, submission);
  const work = { to: settlement, data: encodeSettle(accepted), value: 0n, ...(sidecar && { sidecar }) };
  const watching = watchOthers(options, epoch, given);
  try {
    const { hash } = await sender.send(key, work, { safeBlock, signal: given.signal });
    return hash;
  } finally {
    given.abort();
    await watching;
  }
}

/** A simulation first, so that a proof that the contract refuses costs no gas. */
async function requireAccepted(options: Options, epoch: number, submission: EpochSubmission): Promise<EpochSubmission> {
  const from = { ...options, from: options.sender.address };
  try {
    await simulateSettle(from, submission);
    return submission;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === "AlreadyRetired") throw new DeploymentRetiredError({ epoch }, error);
    if (FINAL.has(refusal)) throw new EpochRefusedError({ epoch, refusal }, error);
    if (!MISMATCHES.has(refusal)) throw error;
    // A reorganisation has brought deposits into other blocks: they are the same with other numbers and expiries.
    const remapped = await remapDeposits(options, epoch, submission);
    await simulateSettle(from, remapped);
    return remapped;
  }
}

/**
 * By these the contract refuses an epoch for what it does to records, which the proof binds: L1 has other demands of
 * freezes or announcements of upgrades than the coordinator has read.
 */
const FINAL: ReadonlySet<string> = new Set([
  "FreezeItemUnexpected",
  "FreezeLeftOut",
  "LayerTooDeep",
  "UpgradeCancelledBefore",
  "UpgradeMissing",
  "UpgradeTooEarly",
  "UpgradedTwice",
]);

/** The contract has another deposit or forced transaction under a number, or none. */
const MISMATCHES: ReadonlySet<string> = new Set(["DepositMismatch", "ForcedMismatch"]);

/** The name of the contract's error; empty if it is none. */
function refusalOf(error: unknown): string {
  return revertOf(error)?.data?.errorName ?? "";
}

const LOOK_MILLISECONDS = 2_000;

/** Gives up waiting when somebody else's transaction has settled the epoch: this one can only revert. */
async function watchOthers(options: Options, epoch: number, given: AbortController): Promise<void> {
  const { signal } = given;
  while (!signal.aborted) {
    await sleep(LOOK_MILLISECONDS, { signal });
    if (signal.aborted || options.sender.sent(keyOf(epoch))?.mined !== undefined) continue;
    const onLayerOne = await readSettled(options).catch(() => undefined);
    if (onLayerOne === undefined || Number(onLayerOne.epoch) <= epoch) continue;
    await options.sender.look().catch(() => {});
    if (options.sender.sent(keyOf(epoch))?.mined === undefined) given.abort(new EpochTakenError({ epoch }));
  }
}
