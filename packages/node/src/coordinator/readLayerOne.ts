import * as z from "zod";

/** What a page asks of L1: it reads, and sends by the wallet of whoever sits before it. */
const READING = [
  "eth_blockNumber",
  "eth_call",
  "eth_chainId",
  "eth_getBalance",
  "eth_getBlockByNumber",
  "eth_getCode",
  "eth_getLogs",
  "eth_getTransactionByHash",
  "eth_getTransactionReceipt",
] as const;

/** A question to L1 that changes nothing there. */
export const readingSchema = z.strictObject({
  method: z.enum(READING),
  params: z.array(z.json()).max(4).default([]),
});

export type Reading = z.output<typeof readingSchema>;

/** Blocks of which one question may ask for logs. */
const MOST_BLOCKS = 10_000n;

const rangeSchema = z.looseObject({ fromBlock: z.string().optional(), toBlock: z.string().optional() });

/** Whether a question for logs names a range that is not too long. */
export function isBoundedReading({ method, params }: Reading): boolean {
  if (method !== "eth_getLogs") return true;
  const range = rangeSchema.safeParse(params[0]);
  const [from, to] = range.success ? [numberOf(range.data.fromBlock), numberOf(range.data.toBlock)] : [];
  return from !== undefined && to !== undefined && to - from < MOST_BLOCKS;
}

function numberOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}
