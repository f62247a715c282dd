import type * as z from "zod";
import { UnexpectedAnswerError } from "./errors.ts";
import type { Transport } from "./transport/types.ts";

/** Calls one method and parses the answer with a schema. */
export type RpcCaller = <T>(method: string, params: unknown, schema: z.ZodType<T>) => Promise<T>;

/**
 * Creates the caller of a transport. The caller throws the following errors.
 * @throws {@link RpcError} when the server answers with an error
 * @throws {@link TransportError} when there is no answer
 * @throws {@link UnexpectedAnswerError} when the answer does not match the schema
 */
export function createCaller(transport: Transport): RpcCaller {
  return async (method, params, schema) => {
    const [outcome] = await transport.send([{ method, params }]);
    if (outcome === undefined) throw new UnexpectedAnswerError(method, "it is missing");
    if (!outcome.ok) throw outcome.error;
    return parseAnswer(method, schema, outcome.result);
  };
}

/**
 * Validates data from outside against a schema.
 * @throws {@link UnexpectedAnswerError} when the data does not match; the error names the first wrong field
 */
export function parseAnswer<T>(method: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UnexpectedAnswerError(method, `${issue?.path.join(".") ?? ""} ${issue?.message ?? "is malformed"}`.trim());
}
