import {
  type AccountL1,
  type Escaped,
  type EscapeStatement,
  readClaimPaid,
  readLayer,
  readRootKnown,
  revertOf,
  submitEscape,
} from "@frond/contracts/client";
import { type Field, fieldToHex } from "@frond/foundation";
import { addressOf, claimIdOf, type SignedExit, signExit, type UnsignedExit } from "@frond/protocol";
import type { Address, Hex } from "viem";
import { requireSameChain } from "../requireSameChain.ts";
import { EscapeClosedError, type EscapeProblem, EscapeProofError } from "./errors.ts";
import { type ProvenPayout, readProvenPayouts } from "./readProvenPayouts.ts";

/** An exit of an application, as `encodeExit` gives it, and who leaves by it. */
export type ExitToSign = Omit<UnsignedExit, "recipient"> & {
  /** The layer key of the account that leaves: see `deriveLayerSecret`. */
  readonly secret: bigint;
  /** Who is credited on L1; by default the wallet's account. */
  readonly recipient?: Address;
};

/** What L1 is given for an escape. */
export type ProvenExit = { readonly statement: EscapeStatement; readonly proof: Hex };

/**
 * Makes the proof of a signed exit. It needs public data and the application, and neither a key nor trust: the
 * signature names the recipient, and L1 verifies the proof.
 */
export type ProveExit = (exit: SignedExit) => Promise<ProvenExit>;

/**
 * Is told, before anything is sent, that the layer's vault has less left than the exit is worth. If it throws, nothing
 * is sent.
 */
export type WarnOfShortVault = (payouts: readonly ProvenPayout[]) => void | Promise<void>;

/** What L1 has credited, and what it has not, because the layer's vault was short of it. */
export type Left = Escaped & { readonly lost: readonly { readonly asset: bigint; readonly amount: bigint }[] };

/**
 * Leaves a frozen layer: signs the exit, has it proven, and has L1 credit the recipient, who then claims. Asks L1 and
 * the prover, and nobody of the layer.
 * @throws {@link EscapeClosedError} when L1 would not pay; before anything is proven, unless the vault is empty
 * @throws {@link EscapeProofError} before anything is sent, when the prover's answer is not the exit's
 * @throws `ChainMismatchError` before anything is signed or sent, when the wallet is of another chain than L1
 *
 * @example
 * const { credited } = await leaveLayer(l1, { layerId, ...encodeExit(exchange, "balances", {}), secret, prove });
 * for (const { asset } of credited) await claim(l1, { asset });
 */
export async function leaveLayer(
  l1: AccountL1,
  {
    prove,
    onShortVault,
    ...unsigned
  }: ExitToSign & { readonly prove: ProveExit; readonly onShortVault?: WarnOfShortVault },
): Promise<Left> {
  const exit = await signEscape(l1, unsigned);
  const proven = await prove(exit);
  return await submitProvenExit(l1, { exit, proven, ...(onShortVault && { onShortVault }) });
}

/** Signs an exit that L1 would pay now. @throws {@link EscapeClosedError}, `ChainMismatchError` */
export async function signEscape(l1: AccountL1, unsigned: ExitToSign): Promise<SignedExit> {
  const { layerId, exit, args, secret, recipient = l1.wallet.account.address } = unsigned;
  await requireSameChain(l1);
  const isUsable = BigInt(recipient) !== 0n && recipient.toLowerCase() !== l1.settlement.toLowerCase();
  if (!isUsable) throw new EscapeClosedError("recipient", fieldToHex(layerId));
  const signed = signExit({ layerId, exit, args, recipient: BigInt(recipient) }, secret);
  await requireOpen(l1, signed);
  return signed;
}

/**
 * Compares what a prover says with the exit and with L1, and then sends it. Any wallet may do so.
 * @throws {@link EscapeClosedError}, {@link EscapeProofError}, `ChainMismatchError`; nothing is sent then
 */
export async function submitProvenExit(
  l1: AccountL1,
  {
    exit,
    proven,
    onShortVault,
  }: { readonly exit: SignedExit; readonly proven: ProvenExit; readonly onShortVault?: WarnOfShortVault },
): Promise<Left> {
  await requireSameChain(l1);
  const payouts = await checkProvenExit(l1, { exit, proven });
  if (payouts.some(({ amount, credited }) => credited < amount)) await onShortVault?.(payouts);
  try {
    const escaped = await submitEscape(l1, proven);
    return { ...escaped, lost: lostOf(payouts, escaped) };
  } catch (error) {
    const problem = PROBLEMS[revertOf(error)?.data?.errorName ?? ""];
    throw problem === undefined ? error : new EscapeProofError(problem, fieldToHex(exit.layerId), error);
  }
}

/**
 * Compares what a prover says with the exit and with L1, sends nothing, and says what L1 would credit now. Whether the
 * proof holds is not checked: L1 does that.
 * @throws {@link EscapeClosedError}, {@link EscapeProofError}
 */
export async function checkProvenExit(
  l1: Pick<AccountL1, "publicClient" | "settlement">,
  { exit, proven }: { readonly exit: SignedExit; readonly proven: ProvenExit },
): Promise<ProvenPayout[]> {
  const { statement } = proven;
  const { layerId, recipient } = exit;
  const expected = { layerId, recipient, claimId: claimOf(exit) };
  for (const name of ["layerId", "claimId", "recipient"] as const) {
    if (statement[name] !== expected[name]) throw new EscapeProofError(name, fieldToHex(layerId));
  }
  await requireOpen(l1, exit);
  if (!(await readRootKnown(l1, statement.root))) throw new EscapeProofError("root", fieldToHex(layerId));
  const payouts = await readProvenPayouts(l1, proven);
  // An exit is paid once: it is not spent on a vault that is empty.
  if (payouts.every(({ credited }) => credited === 0n)) throw new EscapeClosedError("vault-empty", fieldToHex(layerId));
  return payouts;
}

/** What L1 says of a proof that it does not take. */
const PROBLEMS: Readonly<Record<string, EscapeProblem>> = { EscapeRejected: "proof", LayerNotFrozen: "stale" };

/** @throws {@link EscapeClosedError} when L1 pays nothing for the exit, whatever is proven */
async function requireOpen(l1: Pick<AccountL1, "publicClient" | "settlement">, exit: SignedExit): Promise<void> {
  const { layerId } = exit;
  const [{ status }, isPaid] = await Promise.all([
    readLayer(l1, layerId),
    readClaimPaid(l1, { layer: layerId, claimId: claimOf(exit) }),
  ]);
  if (status !== "frozen") throw new EscapeClosedError(status, fieldToHex(layerId));
  if (isPaid) throw new EscapeClosedError("paid", fieldToHex(layerId));
}

/** What was due and was not credited, by asset: somebody else may have left meanwhile. */
function lostOf(payouts: readonly ProvenPayout[], { credited }: Escaped): Left["lost"] {
  const lost = new Map<bigint, bigint>();
  for (const { asset, amount } of payouts) lost.set(asset, (lost.get(asset) ?? 0n) + amount);
  for (const { asset, amount } of credited) lost.set(asset, lost.get(asset)! - amount);
  return [...lost].flatMap(([asset, amount]) => (amount > 0n ? [{ asset, amount }] : []));
}

function claimOf(exit: SignedExit): Field {
  return claimIdOf(exit, addressOf(exit.publicKey));
}
