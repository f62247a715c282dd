import { RpcError, TooManyCallsError, TransportError } from "./errors.ts";

/** Codes of a node that is there, and has no time now. */
const BUSY: readonly string[] = ["rpc/busy", "rpc/rate-limited", "rpc/too-many-in-flight"];

/**
 * Whether a question failed because the node is away, or too busy for this client: both pass, and the same question
 * makes sense again. An answer of HTTP 429 or 503 is one of them, whoever gives it.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof TransportError || error instanceof TooManyCallsError) return true;
  return error instanceof RpcError && BUSY.includes(error.code);
}

/** For whoever asks again later: undefined if the node is away. @throws any other error */
export function unlessAway(error: unknown): undefined {
  if (!isAway(error)) throw error;
}
