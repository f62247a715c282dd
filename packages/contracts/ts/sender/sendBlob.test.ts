import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClient, type Hex, hexToBytes, type LocalAccount, numberToHex, parseGwei, publicActions } from "viem";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { wordsOfBlob } from "../blob/blobWords.ts";
import { type SealedBlob, sealBlob } from "../blob/kzg.ts";
import { layerOneTransport } from "../layerOneTransport.ts";
import { localSigner } from "../signer/localSigner.ts";
import { type Anvil, startAnvil } from "../startAnvil.ts";
import { startRpcProxy } from "../testing/rpcProxy.ts";
import { walletOf } from "../testing/testNetwork.ts";
import { createSender } from "./createSender.ts";
import { fileRecords } from "./records.ts";
import type { Sender, SenderOptions } from "./state.ts";
import type { Work } from "./submission.ts";

/** Stores blobhash(0) in slot 0: its gas depends on the blob. */
const KEEPER_CODE = "0x5f495f5500";
const KEEPER = "0x00000000000000000000000000000000000000cc";
const SECOND = 1_000;
/** A node that has just started reads the ceremony's points before it checks a blob. */
const PATIENCE = { timeout: 20 * SECOND };

let sealed: SealedBlob;
let work: Work;
let anvil: Anvil;
let start: Hex;
let directory: string;
beforeAll(async () => {
  [anvil, sealed] = await Promise.all([startAnvil(), sealBlob([1n, 2n, 3n])]);
  work = { to: KEEPER, data: "0x", value: 0n, sidecar: sealed.sidecar };
  await clientOf(anvil.url).setCode({ address: KEEPER, bytecode: KEEPER_CODE });
}, 120 * SECOND);
beforeEach(async () => {
  start = await clientOf(anvil.url).snapshot();
  directory = mkdtempSync(join(tmpdir(), "frond-sender-"));
});
afterEach(async () => {
  const client = clientOf(anvil.url);
  await client.request({ method: "anvil_dropAllTransactions" } as never);
  await client.setAutomine(true);
  await client.revert({ id: start });
  rmSync(directory, { recursive: true });
});
afterAll(() => anvil?.stop());

const clientOf = (url: string) =>
  createTestClient({ mode: "anvil", chain: foundry, transport: layerOneTransport(url), pollingInterval: 20 }).extend(
    publicActions,
  );
type Client = ReturnType<typeof clientOf>;

const recordsPath = () => join(directory, "l1.json");

function openSender(
  options: Partial<SenderOptions> & { url?: string; finalBlock?: () => Promise<bigint> } = {},
): Sender {
  const { url = anvil.url, finalBlock = async () => -1n, ...rest } = options;
  const signer = localSigner(walletOf(anvil, 0).account as LocalAccount);
  const patience = {
    raiseBlobMilliseconds: 60_000,
    repeatMilliseconds: 100,
    missedMilliseconds: 200,
    ...rest.patience,
  };
  return createSender(
    { chainId: foundry.id, maxFeePerGas: parseGwei("100"), pollMilliseconds: 20, ...rest, patience },
    { publicClient: clientOf(url) as never, signer, records: fileRecords(recordsPath()), finalBlock },
  );
}

async function pooled(client: Client) {
  const { pending, queued } = await client.getTxpoolStatus();
  return pending + queued;
}

const keptHash = (client: Client) => client.getStorageAt({ address: KEEPER, slot: numberToHex(0) });

async function wordsOf(client: Client, hash: Hex) {
  const blobs = await client.request({ method: "anvil_getBlobsByTransactionHash", params: [hash] } as never);
  return wordsOfBlob(hexToBytes((blobs as Hex[])[0]!));
}

it("sends a transaction with its blob", async () => {
  const client = clientOf(anvil.url);
  const { hash, isReverted } = await openSender().send("settle/1", work);
  expect(isReverted).toBe(false);
  expect(await keptHash(client)).toBe(sealed.versionedHash);
  expect(await wordsOf(client, hash)).toEqual([1n, 2n, 3n]);
  const { type, blobVersionedHashes } = await client.getTransaction({ hash });
  expect([type, blobVersionedHashes]).toEqual(["eip4844", [sealed.versionedHash]]);
});

it(
  "replaces it with all three fees doubled when it waits",
  async () => {
    const client = clientOf(anvil.url);
    await client.setAutomine(false);
    const sent = openSender({ patience: { raiseBlobMilliseconds: 300 } }).send("settle/1", work);
    const waiting = async () => {
      const { pending } = await client.getTxpoolContent();
      const [first] = Object.values(pending).flatMap((of) => Object.values(of));
      const { maxFeePerGas, maxPriorityFeePerGas, maxFeePerBlobGas } = first as Record<string, Hex | undefined>;
      return [maxFeePerGas, maxPriorityFeePerGas, maxFeePerBlobGas].map((fee) => BigInt(fee ?? 0n));
    };
    await expect.poll(() => pooled(client), PATIENCE).toBe(1);
    const before = await waiting();
    await expect.poll(async () => (await waiting())[2]! >= 2n * before[2]!, PATIENCE).toBe(true);
    const after = await waiting();
    for (const [i, fee] of after.entries()) expect(fee).toBeGreaterThanOrEqual(2n * before[i]!);
    expect(await pooled(client)).toBe(1);
    await client.mine({ blocks: 1 });
    await sent;
    expect(await keptHash(client)).toBe(sealed.versionedHash);
  },
  30 * SECOND,
);

it(
  "goes on after a restart with blob and all, and keeps both until the transaction is final",
  async () => {
    const client = clientOf(anvil.url);
    await client.setAutomine(false);
    const killed = new AbortController();
    const sending = openSender().send("settle/1", work, { signal: killed.signal });
    sending.catch(() => {});
    await expect.poll(() => pooled(client), PATIENCE).toBe(1);
    killed.abort();
    await sending.catch(() => {});
    await client.request({ method: "anvil_dropAllTransactions" } as never);
    // The text of one blob, and little more.
    expect(statSync(recordsPath()).size).toBeLessThan(270_000);

    const again = openSender();
    expect(again.sent("settle/1")).toMatchObject({ to: KEEPER, sidecar: sealed.sidecar });
    const sent = again.send("settle/1", work);
    await expect.poll(() => pooled(client), PATIENCE).toBe(1);
    await client.mine({ blocks: 1 });
    const { hash } = await sent;
    expect(await wordsOf(client, hash)).toEqual([1n, 2n, 3n]);
    expect(statSync(recordsPath()).size).toBeGreaterThan(262_144);
    await openSender({ finalBlock: () => client.getBlockNumber({ cacheTime: 0 }) }).look();
    expect(fileRecords(recordsPath()).read()).toEqual([]);
    expect(statSync(recordsPath()).size).toBeLessThan(100);
  },
  30 * SECOND,
);

it(
  "sends it again with its blob when a reorganisation has undone it",
  async () => {
    const client = clientOf(anvil.url);
    const snapshot = await client.snapshot();
    await openSender().send("settle/1", work);
    await client.revert({ id: snapshot });
    expect(await keptHash(client)).toBe(numberToHex(0, { size: 32 }));
    const restarted = openSender();
    await expect
      .poll(async () => {
        await restarted.look();
        return keptHash(client);
      })
      .toBe(sealed.versionedHash);
  },
  30 * SECOND,
);

it(
  "waits, without higher fees, as long as a node takes no blob beside what waits without one",
  async () => {
    const client = clientOf(anvil.url);
    const proxy = await startRpcProxy(anvil.url);
    const refused: Hex[] = [];
    try {
      proxy.intercept = ({ method, params }) => {
        if (method !== "eth_sendRawTransaction" || refused.length >= 3) return undefined;
        refused.push(params[0] as Hex);
        return { error: { code: -32000, message: "address already reserved" } };
      };
      await openSender({ url: proxy.url, patience: { raiseBlobMilliseconds: 150 } }).send("settle/1", work);
      expect(refused.length).toBe(3);
      expect(new Set(refused).size).toBe(1);
      expect(await keptHash(client)).toBe(sealed.versionedHash);
    } finally {
      await proxy.close();
    }
  },
  30 * SECOND,
);

it(
  "gives the nonce of what nobody waits for only to what has a blob, too",
  async () => {
    const client = clientOf(anvil.url);
    await client.setAutomine(false);
    const killed = new AbortController();
    const plain = openSender().send("plain", { to: KEEPER, data: "0x", value: 0n }, { signal: killed.signal });
    plain.catch(() => {});
    await expect.poll(() => pooled(client), PATIENCE).toBe(1);
    killed.abort();
    await plain.catch(() => {});
    const sender = openSender();
    const sent = sender.send("settle/1", work);
    await expect.poll(() => pooled(client), PATIENCE).toBe(2);
    await client.mine({ blocks: 1 });
    await sent;
    expect(await client.getTransactionCount({ address: sender.address })).toBe(2);
  },
  30 * SECOND,
);
