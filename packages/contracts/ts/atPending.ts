import { isRevertReported } from "./providerRefusals.ts";
import { isSilence } from "./sender/isSilence.ts";

/**
 * Asks L1 about its pending block, or about its latest where a node has no pending one: Erigon and Reth answer null,
 * and others refuse the tag. The pending one is preferred, since the latest of a chain that mines on demand may be old.
 *
 * @throws what L1 says of the pending block, if that is a revert or no answer, or if the latest block is refused, too
 */
export async function atPending<T>(ask: (blockTag: "pending" | "latest") => Promise<T>): Promise<T> {
  try {
    return await ask("pending");
  } catch (error) {
    if (isRevertReported(error) || isSilence(error)) throw error;
    return await ask("latest").catch(() => {
      throw error;
    });
  }
}
