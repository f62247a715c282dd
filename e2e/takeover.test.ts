import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAnvil } from "@frond/contracts";
import { exchange } from "@frond/exchange";
import { createClosing, silentLogger, sleep, until } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, type OpenQueue, requireLayerFile, runLayer, startNetwork, takeOver } from "@frond/network";
import type { PreparedCircuit } from "@frond/prover";
import { createClient } from "@frond/sdk";
import { createTestClient, http } from "viem";
import { afterAll, expect, it, vi } from "vitest";
import { configPath, frond, frondJson, startRecovered } from "./support/frond.ts";

/*
 * A network whose coordinator is lost with all its data, and another one that takes over from L1 alone. Contracts,
 * blobs, and the layer's node are real; proofs are stand-ins, and L1 accepts them.
 */

const MINUTES = 60_000;
/** EVM code that answers every call with `true`: in place of the verifier. */
const ACCEPT_ALL = "0x600160005260206000f3";
/** Of anvil's first account, which is published. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

const closing = createClosing();
afterAll(async () => {
  await closing.close();
  vi.unstubAllEnvs();
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "frond-takeover-"));
  closing.add(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** States what was expected; has the circuits of layers whose keys are these. */
const queueOf =
  (keyHashes: () => ReadonlyMap<string, bigint>): OpenQueue =>
  async () => ({
    prover: {
      async prove({ expect: publicInputs }) {
        await sleep(10);
        return { publicInputs, proof: [], proofBytes: new Uint8Array([1]), seconds: 0 };
      },
      verify: async () => false,
      forget: async () => {},
      status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
    },
    addCircuit: async (_packed, digest) =>
      ({
        digest,
        name: digest,
        key: { bytes: new Uint8Array(), fields: [], hash: keyHashes().get(digest)! },
      }) as unknown as PreparedCircuit,
    forgetCircuit: async () => {},
    peakBytes: () => 0,
    close: async () => {},
  });

/** The same by the command, which says where it listens and goes on until it is stopped. */
async function isRecoveredByCommand(lost: { l1: string; settlement: string; settled: number }): Promise<void> {
  const data = ["--data", newDirectory()];
  const place = ["--l1", lost.l1, "--settlement", lost.settlement, "--confirmations", "0", "--port", "0"];
  const recovered = startRecovered(...place, ...data, "--json");
  closing.add(() => recovered.signal("SIGKILL"));
  const { url } = JSON.parse(await recovered.line('"event":"listening"')) as { url: string };
  const status = await frondJson<{ coordinator: string; epoch: { settled: number } }>("status", ...data);
  expect(status).toMatchObject({ coordinator: url, epoch: { settled: lost.settled, blocked: null } });
  expect((await recovered.signal("SIGTERM")).code).toBe(0);
  const again = await frond("recover", "coordinator", ...place, ...data);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("so it is not lost")]);
}

it(
  "a coordinator with an empty data directory takes over a running layer, and settles its next epoch",
  async () => {
    vi.stubEnv("FROND_L1_PRIVATE_KEY", KEY);
    const anvil = await startAnvil();
    closing.add(() => anvil.stop());
    const [first, second] = [newDirectory(), newDirectory()];
    const place = { host: "127.0.0.1", coordinatorPort: 0, allowedOrigins: [], allowedHosts: [] };
    const common = { ...place, cacheDirectory: defaultCacheDirectory(), logger: silentLogger };
    const config = await loadConfig({ path: configPath("steady") });
    const failures: unknown[] = [];
    const on = { onProgress() {}, onEpoch() {}, onSettled() {}, onFailed: (error: unknown) => failures.push(error) };
    const running = await startNetwork({
      ...{ ...common, ...on, config, dataDirectory: first, referenceString: "development", port: 0, debug: false },
      ...{ without: ["exchange"], l1Url: anvil.url, confirmations: 0, policy: { epochSeconds: 1 } },
      openQueue: queueOf(() => new Map()),
    });
    closing.add(() => running.close());
    const { settlement, verifier } = running.network;
    await createTestClient({ mode: "anvil", transport: http(anvil.url) }).setCode({
      address: verifier,
      bytecode: ACCEPT_ALL,
    });
    let coordinatorUrl = running.network.coordinatorUrl;
    const layer = requireLayerFile(first, "exchange");
    const node = await runLayer({
      ...{ ...place, layer, dataDirectory: first, port: 0, logger: silentLogger },
      coordinatorUrl: () => coordinatorUrl,
      packedCircuit: async () => new Uint8Array([1]),
    });
    closing.add(() => node.close());
    const client = await createClient({ url: node.url, application: exchange, secret: 5n });
    closing.add(() => client.close());
    const pay = () => client.methods.transfer({ to: 1n, amount: 0n, isBase: true });
    await pay();
    await until(() => running.coordinator.network().epoch.settled >= 1);
    const settled = running.coordinator.network().epoch.settled;
    await running.close();

    await pay();
    const keyHashes = new Map(layer.circuits.map(({ digest, keyHash }) => [digest, keyHash]));
    const next = await takeOver({
      ...{ ...common, ...on, dataDirectory: second, settlement, policy: { epochSeconds: 1 } },
      l1: { url: anvil.url, confirmations: 0, maxFeePerGas: 100_000_000_000n },
      proving: { workers: 1, memory: undefined, nats: undefined },
      openQueue: queueOf(() => keyHashes),
    });
    closing.add(() => next.close());
    expect(next.coordinator.network().epoch).toMatchObject({ settled, blocked: null });
    coordinatorUrl = next.url;
    await until(() => next.coordinator.network().epoch.settled > settled);
    await pay();
    await until(() => next.coordinator.network().epoch.settled > settled + 1);
    expect(await client.nonce()).toBe(3);
    const settledBySecond = next.coordinator.network().epoch.settled;
    await next.close();
    await isRecoveredByCommand({ l1: anvil.url, settlement, settled: settledBySecond });
    expect(node.context.sequencer.session).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  },
  20 * MINUTES,
);
