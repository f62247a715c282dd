import type { RpcRequestError } from "viem";
import { viemErrorIn } from "./viemErrorIn.ts";

/*
 * JSON-RPC has no codes for what a provider refuses for itself, and each has its own. Some send them with the status
 * 200 of HTTP.
 */

/** 429: Alchemy; -32007: QuickNode; -32011: Circle; -32029: Ankr. */
const LIMITS: ReadonlySet<number> = new Set([429, -32007, -32011, -32029]);
const LIMIT =
  /too many requests|rate.?limit|request limit|(daily|monthly|compute units?|capacity).*(limit|exceeded|reached)/i;
/** -32005 stands for all kinds of limits, also for those of a single answer. */
const OTHERS: ReadonlySet<number> = new Set([-32005, -32016, -32601, -32603]);
/** A node that is behind, or keeps less of the past. */
const BEHIND = [
  /(header|block|ancestor).*not found/i,
  /unknown block|missing trie node|(still|is) syncing/i,
  /(state|block|history).*(not available|unavailable|pruned)/i,
];

/** Whether a provider refuses because it was asked too much. Asking for less at once does not help. */
export function isLimit(error: unknown): boolean {
  const reported = reportedBy(error);
  if (reported === undefined || isRevert(reported)) return false;
  return LIMITS.has(reported.code) || LIMIT.test(reported.details);
}

/** Whether another provider may answer what this one has refused. */
export function isForOtherProviders(error: unknown): boolean {
  const reported = reportedBy(error);
  if (reported === undefined || isRevert(reported)) return false;
  return OTHERS.has(reported.code) || BEHIND.some((words) => words.test(reported.details));
}

/** Whether L1 has executed a call, and the call has reverted: other providers would say the same. */
export function isRevertReported(error: unknown): boolean {
  const reported = reportedBy(error);
  return reported !== undefined && isRevert(reported);
}

function isRevert({ code, data, details }: RpcRequestError): boolean {
  return code === 3 || data !== undefined || /revert/i.test(details);
}

function reportedBy(error: unknown): RpcRequestError | undefined {
  return viemErrorIn(error, "RpcRequestError");
}
