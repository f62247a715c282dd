import { type RpcCall, RpcError, type Transport, UnexpectedAnswerError } from "@frond/sdk";
import type * as z from "zod";

/** Asks one question, and checks the answer. @throws RpcError, TransportError, UnexpectedAnswerError */
export async function ask<T>(
  transport: Transport,
  { method, params = {} }: { readonly method: string; readonly params?: unknown },
  schema: z.ZodType<T>,
): Promise<T> {
  const [answer] = await askAll(transport, [{ method, params }], schema);
  if (answer instanceof RpcError) throw answer;
  return answer!;
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
  return outcomes.map((outcome, i) => {
    if (!outcome.ok) return outcome.error;
    const parsed = schema.safeParse(outcome.result);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new UnexpectedAnswerError(calls[i]!.method, `${issue?.path.join(".")} ${issue?.message}`);
  });
}
