import { exchange } from "@frond/exchange";
import { publicKeyOf } from "@frond/foundation";
import { blockSizes } from "@frond/language";
import { startNode } from "@frond/node";
import { createLayerConfig, genesisStateRoot, layerIdOfConfig, MessageKind } from "@frond/protocol";
import { createClient } from "@frond/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/* The client against a real node, without L1 and proofs. */

const SECRET = 5n;
const config = createLayerConfig({
  parentId: 0n,
  index: 1n,
  blockKeysRoot: 0n,
  sequencerKey: publicKeyOf(SECRET),
  genesisStateRoot: genesisStateRoot(exchange.program.entryWidth),
});
const layerId = layerIdOfConfig(config);
const layer = { layerId, config, chainId: 31337n, settlement: `0x${"11".repeat(20)}` } as const;
const options = { program: exchange.program, sizes: blockSizes, sequencerSecret: SECRET, blockMilliseconds: 50 };
let node: Awaited<ReturnType<typeof startNode>>;
let position = 0;

beforeAll(async () => {
  node = await startNode({ ...options, layer, rpc: { host: "127.0.0.1", port: 0 } });
});
afterAll(() => node.close());

async function credit(recipient: bigint, asset: 1 | 2, amount: bigint): Promise<void> {
  const message = { from: 0n, to: layerId, time: 0, kind: MessageKind.deposit, asset, amount, recipient, payload: 0n };
  await node.context.sequencer.consume([{ message, source: "l1", position: position++ }]);
}

describe.each([
  ["HTTP", (url: string) => url, 100n],
  ["WebSocket", (url: string) => url.replace("http", "ws"), 200n],
] as const)("a client over %s", (_name, urlOf, secret) => {
  it("deposits, provides liquidity, swaps many at once, and reads the state", async () => {
    const client = await createClient({ url: urlOf(node.url), application: exchange, secret });
    expect(await client.state.accounts.get(client.address)).toBeUndefined();
    await credit(client.address, 1, 1_000_000n);
    await credit(client.address, 2, 1_000_000n);
    await client.methods.addLiquidity({ base: 100_000, maximumQuote: 200_000n, minimumShares: 1 });
    const swaps = Array.from({ length: 40 }, () =>
      client.methods.swap({ amountIn: 10, minimumOut: 1, sellBase: true }),
    );
    // One that the application refuses does not hold up those behind it.
    const refused = client.methods.swap({ amountIn: 9_000_000, minimumOut: 1, sellBase: true });
    const more = client.methods.transfer({ to: 77n, amount: 5n, isBase: true });
    await expect(refused).rejects.toMatchObject({ code: "sequencer/execution-failed" });
    const sent = await Promise.all(swaps);
    await more;
    expect(new Set(sent.map(({ hash }) => hash)).size).toBe(40);
    expect(await client.nonce()).toBe(42);
    expect((await client.state.accounts.get(client.address))?.base).toBe(1_000_000n - 100_000n - 400n - 5n);
    expect((await client.state.pool.get())?.base).toBeGreaterThan(100_000n);
    expect((await client.transaction(sent[0]!.hash)).status).toMatch(/preconfirmed|sealed/);
    await client.close();
  });

  it("refuses a promise that the layer's sequencer did not sign", async () => {
    const forged = await startNode({ ...options, sequencerSecret: 6n, layer, rpc: { host: "127.0.0.1", port: 0 } });
    const client = await createClient({ url: urlOf(forged.url), application: exchange, secret });
    const message = { from: 0n, to: layerId, time: 0, kind: MessageKind.deposit, asset: 1, amount: 9n, payload: 0n };
    await forged.context.sequencer.consume([
      { message: { ...message, recipient: client.address }, source: "l1", position: 0 },
    ]);
    const call = client.methods.transfer({ to: 1n, amount: 1n, isBase: true });
    await expect(call).rejects.toMatchObject({ code: "sdk/preconfirmation-invalid" });
    await client.close();
    await forged.close();
  });
});

it("says what is wrong when there is no node, or it runs something else", async () => {
  const nowhere = createClient({ url: "http://127.0.0.1:9", application: exchange, secret: 1n });
  await expect(nowhere).rejects.toMatchObject({ code: "sdk/transport-failed" });
  const other = createClient({ url: node.url, application: { ...exchange, name: "chess" }, secret: 1n });
  await expect(other).rejects.toThrow("The node runs the application exchange, not chess. Connect to a node of chess.");
  const keyless = createClient({ url: node.url, application: exchange });
  await expect(keyless).rejects.toMatchObject({ code: "sdk/wallet-required" });
});
