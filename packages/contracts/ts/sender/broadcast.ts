import { BaseError, type Hex, type PublicClient } from "viem";

export type Reception =
  /** A node has it now, or had it before. */
  | "taken"
  /** Its fees are too low: for a node, or to replace what the node has under the same nonce. */
  | "underpriced"
  /** It may cost more in all than a node's own limit: 1 ether by default of geth, Reth and Besu. */
  | "tooDear"
  /** Nodes take nothing with a blob as long as something without one waits of the account, nor the other way round. */
  | "reserved"
  /** Its nonce is used. */
  | "used";

/*
 * JSON-RPC has no codes for these, so they are known by the words of the nodes: geth, Nethermind, Erigon, Besu, Reth
 * and anvil.
 */
const TAKEN = /already known|known transaction|already imported|alreadyknown|already exists/i;
const USED = /nonce too low|nonce is too low|oldnonce|nonce.*(has already been used|lower than)/i;
const UNDERPRICED = [
  /underpriced|fee too low|feetoolow|replacement.*(fee|price)|replacementnotallowed/i,
  /less than block base fee|below.*(base ?fee|minimum)|fee cap/i,
];
const RESERVED = /already reserved/i;
const TOO_DEAR = /exceeds the configured cap|fee cap exceeded|exceedsfeecap/i;

/** Gives a signed transaction to L1. @throws what L1 refuses it for otherwise */
export async function broadcast(publicClient: PublicClient, raw: Hex): Promise<Reception> {
  try {
    await publicClient.sendRawTransaction({ serializedTransaction: raw });
    return "taken";
  } catch (error) {
    const words = wordsOf(error);
    if (TAKEN.test(words)) return "taken";
    if (USED.test(words)) return "used";
    if (RESERVED.test(words)) return "reserved";
    if (TOO_DEAR.test(words)) return "tooDear";
    if (UNDERPRICED.some((known) => known.test(words))) return "underpriced";
    throw error;
  }
}

const FUNDS = /insufficient (funds|balance)|enough (funds|balance)|insufficientfunds|exceeds.*account balance/i;

export function isLackOfFunds(error: unknown): boolean {
  return FUNDS.test(wordsOf(error));
}

function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause)
    words.push(at instanceof BaseError ? `${at.shortMessage} ${at.details}` : at.message);
  return words.join(" ");
}
