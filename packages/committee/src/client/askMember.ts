import { FrondError } from "@frond/foundation";
import * as z from "zod";

/** A call of a member's JSON-RPC. */
export type Question<T> = {
  readonly method: string;
  readonly params: unknown;
  /** What the answer has to be. */
  readonly result: z.ZodType<T>;
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
};

/** More than a page of shares has. */
const MOST_ANSWER_BYTES = 8_000_000;

const answerSchema = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ message: z.string(), data: z.object({ code: z.string() }) }) }),
]);

/**
 * Asks a member. Nothing that a member does costs more than the time and the bytes that are allowed.
 * @throws MemberAnswerError whatever goes wrong
 */
export async function askMember<T>(url: string, question: Question<T>): Promise<T> {
  const { method, params, result, timeoutMilliseconds, signal } = question;
  try {
    const timeout = AbortSignal.timeout(timeoutMilliseconds);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      redirect: "error",
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    const answer = answerSchema.parse(JSON.parse(await readText(response)));
    if ("error" in answer) throw new MemberAnswerError(url, answer.error.message.slice(0, 500), answer.error.data.code);
    return result.parse(answer.result);
  } catch (error) {
    if (error instanceof MemberAnswerError) throw error;
    throw new MemberAnswerError(url, reasonOf(error, timeoutMilliseconds));
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error(`its answer is longer than ${MOST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reasonOf(error: unknown, timeoutMilliseconds: number): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "its answer is none";
  if ((error as Error).name === "TimeoutError") return `it has not answered within ${timeoutMilliseconds} ms`;
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

/** A member gave no answer, or a wrong one, or refused. */
export class MemberAnswerError extends FrondError {
  /** Of the refusal, such as `committee/full`; undefined if the member gave no answer. */
  readonly refusal: string | undefined;

  constructor(url: string, reason: string, refusal?: string) {
    super({
      code: "committee/member",
      message: `The member ${url} does not help: ${reason} Ask the other members, and this one again later.`,
      data: { url, reason, refusal },
    });
    this.refusal = refusal;
  }
}
