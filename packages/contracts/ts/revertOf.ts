import type { ContractFunctionRevertedError } from "viem";

/**
 * The revert that a viem error is about; undefined if it is about something else. Found by its name: an application
 * may hold viem twice, and then the classes differ.
 */
export function revertOf(error: unknown): ContractFunctionRevertedError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "ContractFunctionRevertedError") return at as ContractFunctionRevertedError;
  }
  return undefined;
}
