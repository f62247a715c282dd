import { defaultCacheDirectory } from "@frond/foundation/node";
import { type FrondWorker, type NatsServer, startFrondWorker, startNatsServer } from "@frond/prover/testing";
import { afterAll, describe, expect, it } from "vitest";
import { configPath, type Network, ports, startNetwork, temporaryDirectory, until } from "./support/frond.ts";

const directory = temporaryDirectory();
const workers: FrondWorker[] = [];
let nats: NatsServer | undefined;
let network: Network | undefined;

afterAll(async () => {
  await network?.signal("SIGKILL");
  for (const worker of workers) await worker.kill();
  await nats?.stop();
  directory.remove();
});

describe("frond start --epochs 1 --json --nats", () => {
  /** A worker of this machine, as of any other. */
  async function startWorker(id: string): Promise<FrondWorker> {
    const cacheDirectory = defaultCacheDirectory();
    const worker = await startFrondWorker({ url: nats!.url, id, cacheDirectory, memory: "6G", threads: 2 });
    workers.push(worker);
    return worker;
  }
  const hasSaid = (worker: FrondWorker, event: string) => worker.events.some((said) => said.event === event);

  it("settles what the example clients did, prints one line, and ends, though the worker that proved it was killed", async () => {
    nats = await startNatsServer();
    const options = [...ports, "--config", configPath("steady"), "--data", directory.path];
    network = startNetwork("--epochs", "1", "--json", "--nats", nats.url, ...options);
    const first = await startWorker("first");
    await until(() => hasSaid(first, "proven"), "a block is proven");
    await until(() => first.events.at(-1)?.event === "started", "the next proof is under way");
    await first.kill();
    const second = await startWorker("second");

    const { code, stdout, stderr } = await network.ended;
    expect(stderr).toContain("claimed 0.25 ETH on L1");
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    const epoch = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(Object.keys(epoch)).toEqual([
      "epoch",
      "layers",
      "registered",
      "blocks",
      "transactions",
      "messages",
      "proofs",
      "gasUsed",
      "verifierGas",
      "provingSeconds",
      "wallSeconds",
      "rootBefore",
      "rootAfter",
      "l1Transaction",
      "leftOut",
    ]);
    expect(epoch).toMatchObject({ epoch: 1, layers: 1, transactions: 11, leftOut: [] });
    expect(second.events.filter(({ event }) => event === "proven").length).toBeGreaterThan(1);
    expect(await second.signal("SIGTERM")).toBe(0);
  }, 900_000);
});
