import { createPublicClient, http, type PublicClient } from "viem";
import { expect, test } from "vitest";
import { startRpcProxy } from "../testing/rpcProxy.ts";
import { broadcast, isLackOfFunds, type Reception } from "./broadcast.ts";

/** What nodes say in place of the hash of a transaction. */
const WORDS: readonly (readonly [string, string, Reception | "funds"])[] = [
  ["geth", "already known", "taken"],
  ["Nethermind", "AlreadyKnown", "taken"],
  ["Besu", "Known transaction", "taken"],
  ["geth", "nonce too low: next nonce 5, tx nonce 4", "used"],
  ["Nethermind", "OldNonce", "used"],
  ["geth", "replacement transaction underpriced", "underpriced"],
  ["Nethermind", "ReplacementNotAllowed", "underpriced"],
  ["Nethermind", "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 2", "underpriced"],
  ["Nethermind", "FeeTooLowToCompete", "underpriced"],
  ["Besu", "Replacement transaction underpriced", "underpriced"],
  ["Reth", "max fee per gas less than block base fee", "underpriced"],
  ["geth", "address already reserved", "reserved"],
  ["geth", "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)", "tooDear"],
  ["Besu", "Transaction fee cap exceeded", "tooDear"],
  ["geth", "insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1", "funds"],
  ["Nethermind", "InsufficientFunds, Account balance: 0, cumulative cost: 1", "funds"],
  ["Besu", "Upfront cost exceeds account balance", "funds"],
  ["Besu", "transaction up-front gas cost 0x2 exceeds transaction sender account balance 0x1 for sender 0xaa", "funds"],
  [
    "Hardhat",
    "Sender doesn't have enough funds to send tx. The max upfront cost is: 2 and the sender's balance is: 1.",
    "funds",
  ],
];

test.each(WORDS)("the words of %s, %s, mean %s", async (_node, message, meaning) => {
  const proxy = await startRpcProxy("http://127.0.0.1:9");
  proxy.intercept = () => ({ error: { code: -32000, message } });
  try {
    const client = createPublicClient({ transport: http(proxy.url, { retryCount: 0 }) }) as PublicClient;
    const heard = await broadcast(client, "0x02").catch((error: unknown) => (isLackOfFunds(error) ? "funds" : error));
    expect(heard).toBe(meaning);
  } finally {
    await proxy.close();
  }
});
