import { RpcRequestError } from "viem";
import { LayerOneAnswerError } from "../errors.ts";
import { isLimit } from "../providerRefusals.ts";

/** For how many blocks events are asked at once. It follows what the provider has answered. */
export type RangeSize = {
  blocks: bigint;
  /** The fewest blocks that the provider has refused, and how many answers ago. */
  refused: { readonly blocks: bigint; readonly answersAgo: number } | undefined;
};

/** Public nodes refuse queries over a larger range of blocks. */
const MOST_BLOCKS = 5_000n;
/** After so many answers a size that was refused is tried again: limits in logs depend on what happened. */
const FORGOTTEN_AFTER = 100;

export function startSize(): RangeSize {
  return { blocks: MOST_BLOCKS, refused: undefined };
}

/**
 * Reads for as many blocks as the provider answers for, up to `available`: half of them after each refusal, twice as
 * many after an answer. Gives what was read, and for how many blocks.
 * @throws what is refused for a single block, and what has nothing to do with the size
 */
export async function readRange<T>(
  size: RangeSize,
  available: bigint,
  read: (blocks: bigint) => Promise<T>,
): Promise<{ readonly result: T; readonly blocks: bigint }> {
  for (;;) {
    const blocks = size.blocks < available ? size.blocks : available;
    try {
      const result = await read(blocks);
      noteAnswer(size, blocks);
      return { result, blocks };
    } catch (error) {
      if (blocks <= 1n || !isAboutSize(error)) throw error;
      size.blocks = blocks / 2n;
      size.refused = { blocks, answersAgo: 0 };
    }
  }
}

function noteAnswer(size: RangeSize, blocks: bigint): void {
  const { refused } = size;
  if (refused !== undefined)
    size.refused =
      refused.answersAgo >= FORGOTTEN_AFTER ? undefined : { ...refused, answersAgo: refused.answersAgo + 1 };
  if (blocks < size.blocks) return;
  const next = size.blocks * 2n < MOST_BLOCKS ? size.blocks * 2n : MOST_BLOCKS;
  // Not to a size that is hardly below one that was refused.
  if (size.refused === undefined || next * 4n < size.refused.blocks * 3n) size.blocks = next;
}

/** Asked less often, or with another key, these would be answered. */
const STATUS_OF_OTHERS: ReadonlySet<unknown> = new Set([401, 403, 404, 429]);
const METHOD_MISSING = -32601;

/**
 * Whether fewer blocks may help. Providers refuse a range in as many words as there are providers, and by errors of
 * JSON-RPC, statuses of HTTP, and silence.
 */
function isAboutSize(error: unknown): boolean {
  if (isLimit(error)) return false;
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof LayerOneAnswerError && STATUS_OF_OTHERS.has(at.data.status)) return false;
    if (at instanceof RpcRequestError && at.code === METHOD_MISSING) return false;
    // Nobody listens there, or the name is unknown.
    if (/^E(CONN|NOTFOUND|AI_|HOST|NET)/.test(String((at as { code?: unknown }).code))) return false;
  }
  return true;
}
