import { createCaller, parseAnswer, type RpcCall, type RpcError, type Transport } from "@frond/sdk";
import type * as z from "zod";

/** Asks one question, and checks the answer. @throws RpcError, TransportError, UnexpectedAnswerError */
export function ask<T>(
  transport: Transport,
  { method, params = {} }: { readonly method: string; readonly params?: unknown },
  schema: z.ZodType<T>,
): Promise<T> {
  return createCaller(transport)(method, params, schema);
}

/** Most questions of one request. */
const MOST_CALLS = 64;

/** Asks several at once; each answer is what was asked for, or the refusal. */
export async function askAll<T>(
  transport: Transport,
  calls: readonly RpcCall[],
  schema: z.ZodType<T>,
): Promise<(T | RpcError)[]> {
  const outcomes = await transport.send(calls.slice(0, MOST_CALLS));
  return outcomes.map((outcome, i) =>
    outcome.ok ? parseAnswer(calls[i]!.method, schema, outcome.result) : outcome.error,
  );
}
