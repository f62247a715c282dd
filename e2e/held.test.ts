import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { depositEther, settlementAbi, untilMined } from "@frond/contracts";
import { publicKeyOf, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { encodeExit } from "@frond/language";
import { loadConfig, type RunningNetwork, startNetwork } from "@frond/network";
import { localAccount, walletAt } from "@frond/network/wallets";
import { addressOf, toJson } from "@frond/protocol";
import { claim, createNetworkClient, deriveLayerSecret, type HeldEntry } from "@frond/sdk";
import { leaveLayer, readProvenExit } from "@frond/sdk/leave";
import type { SettledEpoch } from "@frond/settlement";
import { createPublicClient, createTestClient, http, type PublicClient, parseEther, toHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockers } from "./applications/lockers.ts";
import { configPath, frond, frondJson, temporaryDirectory, until } from "./support/frond.ts";
import { settleOpenEpoch } from "./support/settleOpenEpoch.ts";
import { acceptStandIns, standInQueue } from "./support/standInQueue.ts";

/*
 * A power user: Alice holds her own account, the committee vanishes, and she leaves with what she has stored. Blocks
 * have stand-ins for proofs; her own proofs are real.
 */

const AMOUNT = parseEther("2");
const directory = temporaryDirectory();
const elsewhere = temporaryDirectory();
const alice = localAccount(6);
const settledEpochs: SettledEpoch[] = [];
const stored: HeldEntry[] = [];
let layerId: bigint;
let running: RunningNetwork;

const publicClient = () => createPublicClient({ transport: http(running.network.l1Url) }) as PublicClient;
const deployment = () => ({ publicClient: publicClient(), settlement: running.network.settlement });

beforeAll(async () => {
  running = await startNetwork({
    config: await loadConfig({ path: configPath("held") }),
    referenceString: "development",
    cacheDirectory: defaultCacheDirectory(),
    dataDirectory: directory.path,
    ...{ host: "127.0.0.1", port: 0, coordinatorPort: 0, without: [], confirmations: 0, debug: false },
    // Epochs end when the test says so.
    policy: { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY },
    logger: silentLogger,
    onProgress() {},
    onEpoch() {},
    onSettled: (epoch) => settledEpochs.push(epoch),
    onFailed() {},
    openQueue: standInQueue,
  });
  await acceptStandIns(running.network);
}, 900_000);

afterAll(async () => {
  await running?.close();
  directory.remove();
  elsewhere.remove();
});

/** Nobody settles any more: from now on the layer counts as frozen. */
async function retire(): Promise<void> {
  const { l1Url } = running.network;
  const contract = { address: running.network.settlement, abi: settlementAbi } as const;
  const timestamp = await publicClient().readContract({ ...contract, functionName: "retirableFrom" });
  const wallet = await walletAt(l1Url, alice);
  // In one block, so that the coordinator does not see the time pass.
  await createTestClient({ mode: "anvil", transport: http(l1Url) }).setNextBlockTimestamp({ timestamp });
  const hash = await wallet.writeContract({ ...contract, functionName: "retire", gas: 200_000n });
  expect((await untilMined(publicClient(), { hash })).status).toBe("success");
}

it("publishes nothing of an account whose owner signs in a block of a default size", async () => {
  const { coordinatorUrl, settlement, l1Url } = running.network;
  const secret = await deriveLayerSecret(alice, { chainId: 31_337n, settlement });
  const recipient = addressOf(publicKeyOf(secret));
  const network = createNetworkClient({ coordinator: coordinatorUrl, applications: { lockers }, secret });
  const client = await network.client("lockers");
  const l1 = { ...deployment(), wallet: await walletAt(l1Url, alice) };
  layerId = client.layer.layerId;
  await depositEther(l1, { layer: layerId, recipient, amount: AMOUNT });
  await until(async () => (await client.state.accounts.get(recipient))?.balance === AMOUNT, "the deposit is there");
  const hidden = await client.methods.hide({});
  await client.hold({ store: (entry) => void stored.push(entry) });
  // On a busy machine an epoch may leave the layer out.
  do {
    const before = settledEpochs.length;
    await settleOpenEpoch(running, () => settledEpochs.length > before);
  } while (settledEpochs.at(-1)!.leftOut.length > 0);
  await hidden.settled({ timeoutSeconds: 60 });
  await network.close();
  expect(stored).toHaveLength(1);
}, 300_000);

it("lets the owner leave with what they have stored, without the committee", async () => {
  await retire();
  writeFileSync(
    join(elsewhere.path, "accounts.json"),
    JSON.stringify({ alice: { privateKey: toHex(alice.getHdKey().privateKey!) } }),
  );
  const { l1Url, settlement } = running.network;
  const heldFile = join(elsewhere.path, "held.json");
  writeFileSync(heldFile, toJson(stored));
  const application = new URL("applications/lockers.ts", import.meta.url).pathname;
  const place = ["--l1", l1Url, "--settlement", settlement, "--confirmations", "0", "--data", elsewhere.path];
  const prove = ["escape", "--layer", "lockers", "--application", application, ...place];
  const leave = [...prove, "--account", "alice"];
  const withoutValues = await frond(...leave, "--exit", "balance", "--json");
  expect([withoutValues.code, JSON.parse(withoutValues.stderr.trim().split("\n").at(-1)!).error.code]).toEqual([
    1,
    "language/hidden-entry",
  ]);
  // The proof is made by a process that knows no key; the owner signs, and sends it.
  const [signed, proof] = ["signed.json", "proof.json"].map((name) => join(elsewhere.path, name)) as [string, string];
  const l1 = { ...deployment(), wallet: await walletAt(l1Url, alice) };
  const secret = await deriveLayerSecret(alice, { chainId: 31_337n, settlement });
  const { credited } = await leaveLayer(l1, {
    ...{ layerId, ...encodeExit(lockers, "balance", {}), secret },
    async prove(exit) {
      writeFileSync(signed, toJson(exit));
      rmSync(join(elsewhere.path, "accounts.json"));
      await frondJson(...prove, "--held", heldFile, "--signed", signed, "--proof", proof);
      return readProvenExit(readFileSync(proof, "utf8"));
    },
  });
  expect(credited).toEqual([{ asset: 1n, amount: AMOUNT }]);
  expect((await claim(l1, { asset: 1n })).paid).toBe(AMOUNT);
}, 900_000);
