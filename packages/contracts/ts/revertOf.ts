import { BaseError, ContractFunctionRevertedError } from "viem";

/** The revert that a viem error is about; undefined if it is about something else. */
export function revertOf(error: unknown): ContractFunctionRevertedError | undefined {
  const found = error instanceof BaseError && error.walk((at) => at instanceof ContractFunctionRevertedError);
  return found instanceof ContractFunctionRevertedError ? found : undefined;
}
