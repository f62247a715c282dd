import { RpcError, UnexpectedAnswerError } from "../errors.ts";
import type { RpcOutcome } from "./types.ts";

/** @throws {@link UnexpectedAnswerError} when the answer is no answer of JSON-RPC */
export function outcomeOf(method: string, answer: unknown): RpcOutcome {
  const { result, error } = (answer ?? {}) as {
    result?: unknown;
    error?: { code?: number; message?: string; data?: unknown };
  };
  if (error !== undefined && error !== null) {
    const data = (typeof error.data === "object" && error.data !== null ? error.data : {}) as Record<string, unknown>;
    return {
      ok: false,
      error: new RpcError({
        rpcCode: Number(error.code),
        code: typeof data.code === "string" ? data.code : "sdk/rpc-error",
        message: String(error.message),
        data,
      }),
    };
  }
  if (result === undefined) throw new UnexpectedAnswerError(method, "it has neither a result nor an error");
  return { ok: true, result };
}

/** What an error of the network says, in its own words. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  return inner instanceof Error && inner.message !== "" ? inner.message : cause.message || cause.name;
}
