import * as z from "zod";
import { batchTooLarge, invalidRequest, parseError, tooDeep } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";

export type RpcRequest = { readonly id: string | number | null; readonly method: string; readonly params: unknown };

/** One call of a request: well-formed, or the error that answers it. */
export type ParsedCall = { readonly request: RpcRequest } | { readonly id: RpcRequest["id"]; readonly error: Error };

const requestSchema = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(100), z.number(), z.null()]),
  method: z.string().max(100),
  params: z.unknown().optional(),
});

/**
 * Reads the text of a request: one call or a batch. Depth is bounded before anything is parsed. Notifications (no id)
 * are refused: every call here has an answer.
 * @throws RpcError parse, too-deep, batch-too-large, invalid-request
 */
export function parseRequest(
  text: string,
  limits: Pick<RpcLimits, "maxJsonDepth" | "maxBatch">,
): { readonly isBatch: boolean; readonly calls: readonly ParsedCall[] } {
  if (isDeeperThan(text, limits.maxJsonDepth)) throw tooDeep(limits.maxJsonDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw parseError("it is not JSON");
  }
  if (!Array.isArray(value)) return { isBatch: false, calls: [parseCall(value)] };
  if (value.length === 0) throw invalidRequest("the batch is empty");
  if (value.length > limits.maxBatch) throw batchTooLarge(limits.maxBatch);
  return { isBatch: true, calls: value.map(parseCall) };
}

function parseCall(value: unknown): ParsedCall {
  const result = requestSchema.safeParse(value);
  if (result.success) return { request: { ...result.data, params: result.data.params ?? {} } };
  const id = (value as { id?: unknown } | null)?.id;
  const issue = result.error.issues[0]!;
  const reason = `${issue.path.map(String).join(".")} ${issue.message}`.trim().slice(0, 200);
  return {
    id: typeof id === "number" || (typeof id === "string" && id.length <= 100) ? id : null,
    error: invalidRequest(reason),
  };
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** Whether JSON text nests arrays and objects more than `limit` deep. One pass, no memory. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (inString) {
      if (character === BACKSLASH) i++;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (OPENING.has(character)) {
      if (++depth > limit) return true;
    } else if (CLOSING.has(character)) depth--;
  }
  return false;
}
