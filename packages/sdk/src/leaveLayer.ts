import {
  type AccountL1,
  type Escaped,
  type EscapeStatement,
  readClaimPaid,
  readEscaped,
  readLayer,
  readRootKnown,
  revertOf,
  submitEscape,
} from "@frond/contracts/client";
import { type Field, fieldToHex } from "@frond/foundation";
import {
  addressOf,
  claimIdOf,
  escapeStatementSchema,
  fromJson,
  PACKINGS,
  type SignedExit,
  shiftOf,
  signExit,
  type UnsignedExit,
} from "@frond/protocol";
import type { Address, Hex } from "viem";
import * as z from "zod";
import { EscapeClosedError, EscapeFileError, type EscapeProblem, EscapeProofError } from "./errors.ts";

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
 * Leaves a frozen layer: signs the exit, has it proven, and has L1 credit the recipient, who then claims. Asks L1 and
 * the prover, and nobody of the layer.
 * @throws {@link EscapeClosedError} when L1 would not pay; before anything is proven, unless the vault is empty
 * @throws {@link EscapeProofError} before anything is sent, when the prover's answer is not the exit's
 *
 * @example
 * const { credited } = await leaveLayer(l1, { layerId, ...encodeExit(exchange, "balances", {}), secret, prove });
 * for (const { asset } of credited) await claim(l1, { asset });
 */
export async function leaveLayer(
  l1: AccountL1,
  { prove, ...unsigned }: ExitToSign & { readonly prove: ProveExit },
): Promise<Escaped> {
  const exit = await signEscape(l1, unsigned);
  return await submitProvenExit(l1, { exit, proven: await prove(exit) });
}

/** Signs an exit that L1 would pay now. @throws {@link EscapeClosedError} */
export async function signEscape(l1: AccountL1, unsigned: ExitToSign): Promise<SignedExit> {
  const { layerId, exit, args, secret, recipient = l1.wallet.account.address } = unsigned;
  const isUsable = BigInt(recipient) !== 0n && recipient.toLowerCase() !== l1.settlement.toLowerCase();
  if (!isUsable) throw new EscapeClosedError("recipient", fieldToHex(layerId));
  const signed = signExit({ layerId, exit, args, recipient: BigInt(recipient) }, secret);
  await requireOpen(l1, signed);
  return signed;
}

/**
 * Compares what a prover says with the exit and with L1, and then sends it. Any wallet may do so.
 * @throws {@link EscapeClosedError}, {@link EscapeProofError}; nothing is sent then
 */
export async function submitProvenExit(
  l1: AccountL1,
  { exit, proven }: { readonly exit: SignedExit; readonly proven: ProvenExit },
): Promise<Escaped> {
  const { statement } = proven;
  const { layerId, recipient } = exit;
  const expected = { layerId, recipient, claimId: claimOf(exit) };
  for (const name of ["layerId", "claimId", "recipient"] as const) {
    if (statement[name] !== expected[name]) throw new EscapeProofError(name, fieldToHex(layerId));
  }
  await requireOpen(l1, exit);
  if (!(await readRootKnown(l1, statement.root))) throw new EscapeProofError("root", fieldToHex(layerId));
  await requireLeft(l1, statement);
  try {
    return await submitEscape(l1, proven);
  } catch (error) {
    const problem = PROBLEMS[revertOf(error)?.data?.errorName ?? ""];
    throw problem === undefined ? error : new EscapeProofError(problem, fieldToHex(layerId), error);
  }
}

/** What L1 says of a proof that it does not take. */
const PROBLEMS: Readonly<Record<string, EscapeProblem>> = { EscapeRejected: "proof", LayerNotFrozen: "stale" };

/** @throws {@link EscapeClosedError} when L1 pays nothing for the exit, whatever is proven */
async function requireOpen(l1: AccountL1, exit: SignedExit): Promise<void> {
  const { layerId } = exit;
  const [{ status }, isPaid] = await Promise.all([
    readLayer(l1, layerId),
    readClaimPaid(l1, { layer: layerId, claimId: claimOf(exit) }),
  ]);
  if (status !== "frozen") throw new EscapeClosedError(status, fieldToHex(layerId));
  if (isPaid) throw new EscapeClosedError("paid", fieldToHex(layerId));
}

/** An exit is paid once: it is not spent on a vault that is empty. @throws {@link EscapeClosedError} */
async function requireLeft(l1: AccountL1, statement: EscapeStatement): Promise<void> {
  const { layerId: layer } = statement;
  const amountShift = BigInt(shiftOf(PACKINGS.payout, "amount"));
  const left = await Promise.all(
    ([1, 2, 3, 4] as const).map(async (place) => {
      const payout = statement[`payout${place}`];
      const asset = BigInt.asUintN(PACKINGS.payout.asset, payout);
      return payout >> amountShift > 0n && statement[`vault${place}`] > (await readEscaped(l1, { layer, asset }));
    }),
  );
  if (!left.includes(true)) throw new EscapeClosedError("vault-empty", fieldToHex(layer));
}

function claimOf(exit: SignedExit): Field {
  return claimIdOf(exit, addressOf(exit.publicKey));
}

/** A proof has some 15 kB. */
const MOST_CHARACTERS = 131_072;

const provenSchema: z.ZodType<ProvenExit> = z.strictObject({
  statement: escapeStatementSchema,
  proof: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/)
    .transform((text) => text as Hex),
});

/** Reads what `frond escape --signed` has proven. @throws {@link EscapeFileError} */
export function readProvenExit(text: string): ProvenExit {
  if (text.length > MOST_CHARACTERS) throw new EscapeFileError(`it has more than ${MOST_CHARACTERS} characters`);
  try {
    return fromJson(provenSchema, text);
  } catch (error) {
    throw new EscapeFileError("it has another form", error);
  }
}
