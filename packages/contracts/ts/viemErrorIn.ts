import type {
  ContractFunctionRevertedError,
  RpcRequestError,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";

type ViemErrors = {
  readonly ContractFunctionRevertedError: ContractFunctionRevertedError;
  readonly RpcRequestError: RpcRequestError;
  readonly TransactionNotFoundError: TransactionNotFoundError;
  readonly TransactionReceiptNotFoundError: TransactionReceiptNotFoundError;
  readonly WaitForTransactionReceiptTimeoutError: WaitForTransactionReceiptTimeoutError;
};

/**
 * The error itself or the first of its causes that is viem's error of this name; undefined if there is none. A page
 * may hand in a client of another copy of viem, whose classes differ.
 */
export function viemErrorIn<Name extends keyof ViemErrors>(error: unknown, name: Name): ViemErrors[Name] | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at.name === name) return at as ViemErrors[Name];
  return undefined;
}
