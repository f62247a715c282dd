import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exchange } from "@frond/exchange";
import { type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import { allSizes } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { type NetworkFile, writeNetworkFile } from "@frond/network/directory";
import { readPromises } from "@frond/network/promises";
import {
  type CoordinatorApi,
  coordinatorMethods,
  type FrondNode,
  startCoordinatorServer,
  startNode,
} from "@frond/node";
import {
  createLayerConfig,
  genesisRecord,
  genesisStateRoot,
  type LayerConfig,
  layerIdOfConfig,
  MessageKind,
  type Transaction,
  transactionHash,
} from "@frond/protocol";
import { depositSource } from "@frond/store";
import { createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { main } from "../main.ts";
import { shelf } from "./shelf.ts";

export const SECRETS = { exchange: 5n, shelf: 6n };
const SETTLEMENT = `0x${"11".repeat(20)}` as const;
const PRIVATE_KEY = `0x${"42".repeat(32)}` as const;

export type LayerOneOfTest = {
  readonly url: string;
  readonly settlement: `0x${string}`;
  readonly tokens: NetworkFile["tokens"];
};

/** A network of two layers in this process, without proofs and without Ethereum, and its data directory. */
export type TestNetwork = {
  readonly directory: string;
  readonly nodes: Readonly<Record<"exchange" | "shelf", FrondNode>>;
  /** What the coordinator says; tests replace parts of it. */
  readonly coordinator: { -readonly [N in keyof CoordinatorApi]: CoordinatorApi[N] };
  readonly l1: LayerOneStandIn;
  readonly registered: Parameters<CoordinatorApi["register"]>[0][];
  /** Runs `frond <args> --data <directory>`. */
  run(...args: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Runs it with --json; it has to succeed. */
  json<T>(...args: string[]): Promise<T>;
  /** A deposit as L1's follower would hand it over. */
  credit(layer: "exchange" | "shelf", deposit: { asset: number; amount: bigint; recipient: bigint }): Promise<void>;
  /** How many were handed over: the number of the next one. */
  deposits(): number;
  close(): Promise<void>;
};

function configs() {
  const trunk = configOf(exchange, 0n, 1n, SECRETS.exchange);
  const child = configOf(shelf, layerIdOfConfig(trunk), 0n, SECRETS.shelf);
  return { trunk, child: { ...child, owner: BigInt(privateKeyToAccount(PRIVATE_KEY).address) } };
}

/** The ids of the layers of every such network, which a contract for it has to know. */
export function layersOfTestNetwork(): Field[] {
  return Object.values(configs()).map(layerIdOfConfig);
}

/** `onLayerOne`: a real L1 with the contract and a token; by default there is none. */
export async function testNetwork(onLayerOne?: LayerOneOfTest): Promise<TestNetwork> {
  const directory = mkdtempSync(join(tmpdir(), "frond-cli-"));
  const { trunk, child } = configs();
  const settlement = onLayerOne?.settlement ?? SETTLEMENT;
  const nodes = {
    exchange: await startLayer(exchange as unknown as AnyApplication, {
      config: trunk,
      sequencerSecret: SECRETS.exchange,
      settlement,
    }),
    shelf: await startLayer(shelf as unknown as AnyApplication, {
      config: child,
      sequencerSecret: SECRETS.shelf,
      settlement,
    }),
  };
  const l1 =
    onLayerOne === undefined
      ? await serveLayerOne()
      : { url: onLayerOne.url, answer: () => undefined, close: async () => {} };
  const registered: TestNetwork["registered"] = [];
  const coordinator = coordinatorOf(nodes, registered);
  const server = await startCoordinatorServer({
    host: "127.0.0.1",
    port: 0,
    methods: coordinatorMethods(
      delegate(coordinator),
      { chainId: 31337n, settlement, l1Url: l1.url },
      { promisesOf: promisesOf({ url: l1.url, settlement }) },
    ),
    layers: (_request, socket) => socket.destroy(),
    metrics: () => ({}),
  });
  const network: NetworkFile = {
    version: 3,
    referenceString: "development",
    chainId: 31337,
    l1Url: l1.url,
    isLocal: false,
    coordinatorUrl: server.url,
    settlement,
    verifier: SETTLEMENT,
    deploymentBlock: 0,
    tokens: onLayerOne?.tokens ?? [{ address: SETTLEMENT, symbol: "QUOTE", decimals: 18, isTest: true }],
    layers: [
      { name: "exchange", application: "exchange", parent: null, layerId: idOf(trunk), url: nodes.exchange.url },
      {
        name: "shelf",
        application: fileURLToPath(new URL("shelf.ts", import.meta.url)),
        parent: "exchange",
        layerId: idOf(child),
        // The coordinator knows better.
        url: "http://127.0.0.1:9",
      },
    ],
  };
  writeNetworkFile(directory, network);
  writeFileSync(join(directory, "accounts.json"), JSON.stringify({ alice: { privateKey: PRIVATE_KEY } }));
  const run = (...args: string[]) => runFrond([...args, "--data", directory]);
  let position = 0;
  return {
    directory,
    nodes,
    coordinator,
    l1,
    registered,
    run,
    async json(...args) {
      const { code, stdout, stderr } = await run(...args, "--json");
      if (code !== 0) throw new Error(`frond ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async credit(layer, deposit) {
      const { sequencer } = nodes[layer].context;
      const message = { from: 0n, to: sequencer.layerId, time: 0, kind: MessageKind.deposit, payload: 0n, ...deposit };
      await sequencer.consume([{ message, source: depositSource(message.payload), position: position++ }]);
    },
    deposits: () => position,
    async close() {
      await Promise.all([server.close(), l1.close(), nodes.exchange.close(), nodes.shelf.close()]);
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs the command line in this process; what it writes is caught. */
export async function runFrond(args: readonly string[]) {
  const output = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const originals = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((chunk: string) => {
      output[name] += chunk;
      return true;
    }) as never;
  }
  try {
    const code = await main(["node", "frond", ...args]);
    return { code, ...output };
  } finally {
    streams.forEach((name, i) => {
      process[name].write = originals[i]!;
    });
  }
}

function configOf(
  { program }: Pick<AnyApplication, "program">,
  parentId: bigint,
  index: bigint,
  secret: bigint,
): LayerConfig {
  return createLayerConfig({
    parentId,
    index,
    blockKeysRoot: 0n,
    sequencerKey: publicKeyOf(secret),
    genesisStateRoot: genesisStateRoot(program.entryWidth),
  });
}

function idOf(config: LayerConfig): string {
  return fieldToHex(layerIdOfConfig(config));
}

type StartLayerOptions = {
  readonly config: LayerConfig;
  readonly sequencerSecret: bigint;
  readonly settlement: `0x${string}`;
};

function startLayer(
  application: AnyApplication,
  { config, sequencerSecret, settlement }: StartLayerOptions,
): Promise<FrondNode> {
  return startNode({
    program: application.program,
    layer: { layerId: layerIdOfConfig(config), config, chainId: 31337n, settlement },
    sizes: allSizes(application.program),
    sequencerSecret,
    blockMilliseconds: 50,
    rpc: { host: "127.0.0.1", port: 0 },
  });
}

/** Two phases, as the real one runs them, without any of its care. */
async function sendBundle(nodes: TestNetwork["nodes"], legs: readonly Transaction[]) {
  const sequencers = legs.map(({ layerId }) => {
    return Object.values(nodes).find(({ context }) => context.layer.layerId === layerId)!.context.sequencer;
  });
  for (const [i, leg] of legs.entries()) await sequencers[i]!.prepare(leg);
  return await Promise.all(legs.map((leg, i) => sequencers[i]!.commit(transactionHash(leg))));
}

/** Reads what the layers promise from an L1, on which none of them has moved. */
function promisesOf({ url, settlement }: Pick<LayerOneOfTest, "url" | "settlement">) {
  const publicClient = createPublicClient({ transport: http(url) });
  return async (layerId: Field) => {
    const config = Object.values(configs()).find((candidate) => layerIdOfConfig(candidate) === layerId);
    if (config === undefined) return undefined;
    const layer = { config, record: genesisRecord(config) };
    return await readPromises({ publicClient, settlement, deploymentBlock: 0n }, layer);
  };
}

function coordinatorOf(nodes: TestNetwork["nodes"], registered: TestNetwork["registered"]): TestNetwork["coordinator"] {
  const layers = () =>
    Object.entries(nodes).map(([name, { url, context }]) => ({
      name,
      layerId: context.layer.layerId,
      parentId: context.layer.config.parentId,
      index: context.layer.config.index,
      application: name,
      url,
      status: "online",
      isRegistered: true,
      isEstablished: true,
      quarantineSeconds: 0,
    }));
  return {
    sendBundle: (legs) => sendBundle(nodes, legs),
    bundle: () => ({ status: "settled" }),
    register: async (layer) => void registered.push(layer),
    upgrade: async (layer) => void registered.push(layer),
    freeIndex: () => 3,
    layers,
    network: () => ({
      epoch: { open: 3, proving: 2, settled: 1, stage: "aggregates", done: 1, total: 4, blocked: null },
      layers: layers().map((layer, i) => ({
        ...layer,
        parent: i === 0 ? null : "exchange",
        time: 1_800_000_000_123,
        block: 4,
        ahead: 0,
        transactionsPerSecond: 2.5,
        messagesInFlight: 1,
        blocksSealed: 3,
        blocksProven: 2,
        session: 0,
        fee: null,
        fullness: null,
      })),
      queue: { waiting: 2, running: 1, failed: 0, workers: 1 },
      l1: { lastEpoch: 1, transaction: `0x${"22".repeat(32)}`, gasUsed: 870_000 },
    }),
    settledEpoch: () => undefined,
    proofs: () => undefined,
    layerPath: () => undefined,
    evidence: () => ({ evidence: [], next: null }),
    vaults: () => [],
  };
}

/** What tests put in the place of a method is what is called. */
function delegate(coordinator: TestNetwork["coordinator"]): CoordinatorApi {
  const names = Object.keys(coordinator) as (keyof CoordinatorApi)[];
  const call =
    (name: keyof CoordinatorApi) =>
    (...args: never[]) =>
      (coordinator[name] as (...given: never[]) => unknown)(...args);
  return Object.fromEntries(names.map((name) => [name, call(name)])) as never;
}

type LayerOneStandIn = {
  readonly url: string;
  /** The result of a method; tests replace it. Undefined leaves the result out. */
  answer(method: string): unknown;
  close(): Promise<void>;
};

/** An Ethereum where nothing ever happens: a chain id, and zero for every call. */
async function serveLayerOne(): Promise<LayerOneStandIn> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { id, method } = JSON.parse(body) as { id: number; method: string };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result: l1.answer(method) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const l1: LayerOneStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (method) => (method === "eth_chainId" ? "0x7a69" : `0x${"00".repeat(32)}`),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return l1;
}
