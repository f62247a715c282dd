import type * as z from "zod";
import { UnexpectedAnswerError } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** Calls one method and reads its answer by a schema. */
export type RpcCaller = <T>(method: string, params: unknown, schema: z.ZodType<T>) => Promise<T>;

/** @throws RpcError of the server, TransportError, UnexpectedAnswerError */
export function createCaller(transport: Transport): RpcCaller {
  return async (method, params, schema) => {
    const [outcome] = await transport.send([{ method, params }]);
    if (outcome === undefined) throw new UnexpectedAnswerError(method, "it is missing");
    if (!outcome.ok) throw outcome.error;
    return parseAnswer(method, schema, outcome.result);
  };
}

/** What came from outside, checked. Throws {@link UnexpectedAnswerError} that names the place. */
export function parseAnswer<T>(method: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UnexpectedAnswerError(method, `${issue?.path.join(".") ?? ""} ${issue?.message ?? "is malformed"}`.trim());
}
