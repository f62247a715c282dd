import type { ContractFunctionRevertedError } from "viem";
import { viemErrorIn } from "./viemErrorIn.ts";

/** The revert that a viem error is about; undefined if it is about something else. */
export function revertOf(error: unknown): ContractFunctionRevertedError | undefined {
  return viemErrorIn(error, "ContractFunctionRevertedError");
}
