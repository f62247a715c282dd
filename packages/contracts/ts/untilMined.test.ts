import { sleep } from "@frond/foundation";
import { createTestClient, http, publicActions } from "viem";
import { foundry } from "viem/chains";
import { expect, test } from "vitest";
import { startAnvil } from "./startAnvil.ts";
import { walletOf } from "./testing/testNetwork.ts";
import { untilMined } from "./untilMined.ts";

test("a transaction is waited for as long as L1 knows it, and no longer", async () => {
  const anvil = await startAnvil();
  try {
    const options = { mode: "anvil", chain: foundry, transport: http(anvil.url), pollingInterval: 20 } as const;
    const client = createTestClient(options).extend(publicActions);
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
