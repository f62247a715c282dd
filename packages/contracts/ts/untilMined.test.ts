import { sleep } from "@frond/foundation";
import { createTestClient, http, parseGwei, publicActions } from "viem";
import { foundry } from "viem/chains";
import { expect, test } from "vitest";
import { startAnvil } from "./startAnvil.ts";
import { startRpcProxy } from "./testing/rpcProxy.ts";
import { walletOf } from "./testing/testNetwork.ts";
import { untilMined } from "./untilMined.ts";

const clientOf = ({ url }: { readonly url: string }) =>
  createTestClient({ mode: "anvil", chain: foundry, transport: http(url), pollingInterval: 20 }).extend(publicActions);

test("a transaction is waited for as long as L1 knows it, and no longer", async () => {
  const anvil = await startAnvil();
  try {
    const client = clientOf(anvil);
    await client.setAutomine(false);
    const wallet = walletOf(anvil, 0);
    const send = () => wallet.sendTransaction({ to: wallet.account.address, value: 1n });
    const mined = untilMined(client as never, { hash: await send(), lookMilliseconds: 100 });
    // Several times longer than what a look takes.
    await sleep(600);
    await client.mine({ blocks: 1 });
    expect((await mined).status).toBe("success");

    const hash = await send();
    const dropped = untilMined(client as never, { hash, lookMilliseconds: 100 });
    await client.dropTransaction({ hash });
    await expect(dropped).rejects.toThrow("Timed out");
  } finally {
    await anvil.stop();
  }
});

test("a receipt that a node has only after it said that its block is there is found without another block", async () => {
  const anvil = await startAnvil();
  const proxy = await startRpcProxy(anvil.url);
  try {
    const wallet = walletOf(anvil, 0);
    const hash = await wallet.sendTransaction({ to: wallet.account.address, value: 1n });
    await untilMined(clientOf(anvil) as never, { hash });
    let early = 2;
    proxy.intercept = ({ id, method }) =>
      method === "eth_getTransactionReceipt" && early-- > 0
        ? { body: JSON.stringify({ jsonrpc: "2.0", id, result: null }) }
        : undefined;
    expect((await untilMined(clientOf(proxy) as never, { hash })).transactionHash).toBe(hash);
    expect(early).toBe(-1);
  } finally {
    await proxy.close();
    await anvil.stop();
  }
});

test("a transaction that the wallet speeds up is mined, and one that it cancels is not", async () => {
  const anvil = await startAnvil();
  try {
    const client = clientOf(anvil);
    await client.setAutomine(false);
    const wallet = walletOf(anvil, 0);
    const own = wallet.account.address;
    const other = walletOf(anvil, 1).account.address;
    const send = (nonce: number, to: typeof own, gwei: string) =>
      wallet.sendTransaction({
        to,
        value: 1n,
        nonce,
        maxFeePerGas: parseGwei(gwei),
        maxPriorityFeePerGas: parseGwei(gwei),
      });
    const replace = async (nonce: number, to: typeof own) => {
      const waiting = untilMined(client as never, { hash: await send(nonce, other, "5"), pollingInterval: 20 });
      waiting.catch(() => {});
      // The wait has to have seen the first one.
      await sleep(300);
      const replacement = await send(nonce, to, "50");
      await client.mine({ blocks: 1 });
      return { waiting, replacement };
    };
    const raised = await replace(0, other);
    expect((await raised.waiting).transactionHash).toBe(raised.replacement);
    const cancelled = await replace(1, own);
    await expect(cancelled.waiting).rejects.toMatchObject({
      code: "contracts/replaced",
      data: { replacement: cancelled.replacement },
    });
  } finally {
    await anvil.stop();
  }
});
