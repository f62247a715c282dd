import { FIELD_MODULUS } from "@frond/foundation";
import { LIST_CAPACITY, WORDS_PER_ITEM } from "@frond/protocol";
import type { Hex } from "viem";
import { settlementAbi } from "../abi.generated.ts";
import { type EpochSubmission, type L1, settleArguments } from "../actions.ts";
import { revertOf } from "../revertOf.ts";

/** A valid submission with one change, and the errors that the contract may answer. */
export type SettlementAttack = { name: string; submission: EpochSubmission; errors: readonly string[] };

/**
 * Every change of a valid submission that L1 must refuse: each public input that the caller chooses, each list element
 * (altered, shifted by the field's order, removed, added, reordered), deposit ids, and bytes in each word of the proof.
 * rootIn, epoch, after, z and y are not in the calldata: they change with the epoch and with the list.
 */
export function settlementAttacks(valid: EpochSubmission, { proofStride = 32 } = {}): SettlementAttack[] {
  return [
    ...publicInputAttacks(valid),
    ...listAttacks(valid),
    ...depositAttacks(valid),
    ...proofAttacks(valid, proofStride),
  ];
}

/** Simulates a submission, and returns the name of the contract's error; undefined if the submission would settle.
 * `atSeconds` is the `block.timestamp` of the simulation. */
export async function refusalOf(
  l1: L1,
  submission: EpochSubmission,
  { atSeconds }: { atSeconds?: bigint } = {},
): Promise<string | undefined> {
  try {
    await l1.publicClient.simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: settlementAbi,
      functionName: "settle",
      args: settleArguments(submission),
      ...(atSeconds !== undefined && { blockOverrides: { time: atSeconds } }),
    });
    return undefined;
  } catch (error) {
    return contractErrorName(error);
  }
}

/** The name of the custom error in a viem error. Rethrows other errors. */
export function contractErrorName(error: unknown): string {
  const revert = revertOf(error);
  if (revert === undefined) throw error;
  return revert.data?.errorName ?? revert.signature ?? revert.reason ?? "revert without data";
}

const proofRejected = ["ProofRejected"];
/** The possible errors for an altered list. The contract checks the proof before the items. */
const listRefused = ["ProofRejected", "WordNotInField", "ListLengthInvalid"];

function publicInputAttacks(valid: EpochSubmission): SettlementAttack[] {
  const change = (name: string, changes: Partial<EpochSubmission>, errors: readonly string[]) => ({
    name,
    submission: { ...valid, ...changes },
    errors,
  });
  return [
    change("rootOut altered", { rootOut: (valid.rootOut + 1n) % FIELD_MODULUS }, proofRejected),
    change("rootOut plus the field's order", { rootOut: valid.rootOut + FIELD_MODULUS }, ["NotInField"]),
    change("until altered", { until: valid.until + 1n }, proofRejected),
    change("until plus what its place in the window holds", { until: valid.until + (1n << 48n) }, ["UntilAhead"]),
    change("commitment altered", { commitment: (valid.commitment + 1n) % FIELD_MODULUS }, proofRejected),
    change("commitment plus the field's order", { commitment: valid.commitment + FIELD_MODULUS }, ["NotInField"]),
  ];
}

function listAttacks(valid: EpochSubmission): SettlementAttack[] {
  const { words } = valid;
  const attacks: SettlementAttack[] = [];
  const add = (name: string, altered: readonly bigint[], errors: readonly string[] = listRefused) =>
    attacks.push({ name, submission: { ...valid, words: altered }, errors });
  words.forEach((value, i) => {
    add(`word ${i} altered`, words.with(i, (value + 1n) % FIELD_MODULUS), proofRejected);
    add(`word ${i} plus the field's order`, words.with(i, value + FIELD_MODULUS), ["WordNotInField"]);
  });
  for (let at = 0; at < words.length; at += WORDS_PER_ITEM) {
    const item = words.slice(at, at + WORDS_PER_ITEM);
    const without = words.toSpliced(at, WORDS_PER_ITEM);
    add(`item ${at / WORDS_PER_ITEM} removed`, without, proofRejected);
    add(`item ${at / WORDS_PER_ITEM} twice`, words.toSpliced(at, 0, ...item), proofRejected);
    const reordered = [...without, ...item];
    if (reordered.some((value, i) => value !== words[i])) {
      add(`item ${at / WORDS_PER_ITEM} moved to the end`, reordered, proofRejected);
    }
  }
  add("an item of zeros at the end", [...words, 0n, 0n, 0n, 0n]);
  add("one word more", [...words, 0n], ["ListLengthInvalid"]);
  add("a withdrawal made up", [...words, 1n + 2n * 2n + (1n << 8n) + (1n << 40n), 1n, 1n, 0n], proofRejected);
  add("more items than the list holds", new Array<bigint>((LIST_CAPACITY + 1) * WORDS_PER_ITEM).fill(0n), [
    "ListLengthInvalid",
  ]);
  return attacks;
}

function depositAttacks(valid: EpochSubmission): SettlementAttack[] {
  const { used } = valid;
  const change = (name: string, altered: readonly bigint[], errors: readonly string[]) => ({
    name,
    submission: { ...valid, used: altered },
    errors,
  });
  return [
    change("a deposit too many", [...used, 0n], ["ReferenceCountMismatch"]),
    ...used.flatMap((deposit, i) => [
      change(`deposit ${i} not made`, used.with(i, deposit + (1n << 63n)), ["DepositMismatch"]),
      change(`deposit ${i} with another expiry`, used.with(i, deposit + (1n << 64n)), ["DepositMismatch"]),
      change(`deposit ${i} without an expiry`, used.with(i, deposit % (1n << 64n)), ["DepositExpired"]),
      change(`deposit ${i} left out`, used.toSpliced(i, 1), ["ReferenceCountMismatch", "DepositMismatch"]),
    ]),
  ];
}

function proofAttacks(valid: EpochSubmission, stride: number): SettlementAttack[] {
  const bytes = Buffer.from(valid.proof.slice(2), "hex");
  const attack = (name: string, altered: Uint8Array): SettlementAttack => ({
    name,
    submission: { ...valid, proof: `0x${Buffer.from(altered).toString("hex")}` as Hex },
    errors: proofRejected,
  });
  const attacks = [
    attack("no proof", new Uint8Array()),
    attack("a proof cut short", bytes.subarray(0, -1)),
    attack("a proof without its last word", bytes.subarray(0, -32)),
    attack("a proof with a word more", Buffer.concat([bytes, Buffer.alloc(32)])),
    attack("a proof of zeros", Buffer.alloc(bytes.length)),
  ];
  // Alters the last byte of each word, then one byte that moves through the word, so that every region and every
  // position is covered.
  for (let at = 31, turn = 0; at < bytes.length; at += stride, turn++) {
    for (const position of [at, at - (turn % 32)]) {
      const altered = Buffer.from(bytes);
      altered[position]! ^= 1 << (turn % 8);
      attacks.push(attack(`proof byte ${position} altered`, altered));
    }
  }
  return attacks;
}
