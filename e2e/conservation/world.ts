import { type L1, settlementAbi, testTokenAbi } from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { type Closing, type Field, publicKeyOf, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import {
  loadConfig,
  type OpenQueue,
  type RunningNetwork,
  requireLayerFile,
  runLayer,
  startNetwork,
} from "@frond/network";
import { localAccount, walletAt } from "@frond/network/wallets";
import type { FrondNode } from "@frond/node";
import { addressOf } from "@frond/protocol";
import { createNetworkClient, type NetworkClient } from "@frond/sdk";
import type { Random } from "@frond/settlement/testing";
import { type Address, createPublicClient, createTestClient, type Hex, http, type PublicClient } from "viem";
import { configPath } from "../support/frond.ts";

/*
 * A tree of two exchanges and two desks with every part of `frond start`: real sequencers, coordinator, contract, blobs
 * and applications. Only proofs are stand-ins, which L1 accepts.
 */

export const applications = { exchange, north: desk, south: desk, east: exchange };
export type LayerName = keyof typeof applications;
export const LAYERS = Object.keys(applications) as LayerName[];
export const isExchange = (layer: LayerName): layer is "exchange" | "east" => applications[layer] === exchange;

export const ASSETS = ["ether", "quote"] as const;
export type AssetName = (typeof ASSETS)[number];
export const numberOf = (asset: AssetName): bigint => (asset === "ether" ? 1n : 2n);

export type Person = {
  readonly secret: bigint;
  /** On every layer. */
  readonly address: Field;
  /** On L1; pays for no transaction, so that what it has is what it was paid. */
  readonly recipient: Address;
  readonly network: NetworkClient<typeof applications>;
};

/** A deposit as it was sent. */
type SentDeposit = {
  readonly hash: Hex;
  readonly person: Person;
  readonly asset: AssetName;
  readonly amount: bigint;
};

export type World = {
  readonly random: Random;
  readonly running: RunningNetwork;
  readonly dataDirectory: string;
  /** By the account that pays for what people do on L1. */
  readonly l1: L1;
  readonly token: Address;
  readonly people: readonly Person[];
  /** Of layers whose node runs. */
  readonly nodes: Map<LayerName, FrondNode>;
  readonly deposits: SentDeposit[];
  /** How often an act was done, or refused, by what it was told. */
  readonly outcomes: Map<string, number>;
  readonly failures: readonly unknown[];
  idOf(layer: LayerName): Field;
};

/** EVM code that answers every call with `true`: in place of the verifiers. */
const ACCEPT_ALL = "0x600160005260206000f3";
const SECRETS = [0xada1n, 0xb0b2n, 0xca43n, 0xda74n];
const MINTED = 10n ** 18n;

export async function startWorld(options: {
  readonly random: Random;
  readonly dataDirectory: string;
  readonly onClose: Closing["add"];
}): Promise<World> {
  const { random, dataDirectory, onClose } = options;
  const failures: unknown[] = [];
  const described = await loadConfig({ path: configPath("kills") });
  const running = await startNetwork({
    config: { ...described, durations: { ...described.durations, forcedSeconds: 16, freezeGraceSeconds: 16 } },
    ...{ referenceString: "development", cacheDirectory: defaultCacheDirectory(), dataDirectory, confirmations: 0 },
    ...{ host: "127.0.0.1", port: 0, coordinatorPort: 0, without: LAYERS, debug: false, logger: silentLogger },
    ...{ onProgress() {}, onEpoch() {}, onSettled() {}, onFailed: (error: unknown) => failures.push(error) },
    // What was promised for a layer that is frozen then is given up after so many rounds, of six epochs each.
    policy: { epochSeconds: 0.25, layerTimeoutMilliseconds: 1_500 },
    openQueue,
  });
  onClose(() => running.close());
  const { l1Url, settlement, coordinatorUrl } = running.network;
  const publicClient = createPublicClient({ transport: http(l1Url), pollingInterval: 50 }) as PublicClient;
  const l1: L1 = { wallet: await walletAt(l1Url, localAccount(9)), publicClient, settlement };
  const token = running.network.tokens[0]!.address;
  await acceptAll(l1, l1Url);
  const args = [l1.wallet.account.address, MINTED] as const;
  await l1.wallet.writeContract({ address: token, abi: testTokenAbi, functionName: "mint", args });
  const nodes = new Map<LayerName, FrondNode>();
  for (const name of LAYERS) {
    const node = await runLayer({
      ...{ layer: requireLayerFile(dataDirectory, name), dataDirectory, host: "127.0.0.1", port: 0 },
      ...{ allowedOrigins: [], allowedHosts: [], logger: silentLogger, coordinatorUrl: () => coordinatorUrl },
    });
    nodes.set(name, node);
    onClose(() => (nodes.get(name) === node ? node.close() : undefined));
  }
  const ids = new Map(running.network.layers.map(({ name, layerId }) => [name, BigInt(layerId)]));
  const people = SECRETS.map((secret, i) =>
    personOf({ secret, recipient: `0x${"ee".repeat(19)}0${i}`, coordinatorUrl }),
  );
  for (const { network } of people) onClose(() => network.close());
  return {
    ...{ random, running, dataDirectory, l1, token, people, nodes, failures },
    deposits: [],
    outcomes: new Map(),
    idOf: (layer) => ids.get(layer)!,
  };
}

function personOf({
  secret,
  recipient,
  coordinatorUrl,
}: Pick<Person, "secret" | "recipient"> & { coordinatorUrl: string }) {
  const network = createNetworkClient({ coordinator: coordinatorUrl, applications, secret });
  return { secret, address: addressOf(publicKeyOf(secret)), recipient, network };
}

async function acceptAll({ publicClient, settlement: address }: L1, url: string): Promise<void> {
  const anvil = createTestClient({ mode: "anvil", transport: http(url) });
  for (const functionName of ["verifier", "escapeVerifier"] as const) {
    const verifier = await publicClient.readContract({ address, abi: settlementAbi, functionName });
    await anvil.setCode({ address: verifier, bytecode: ACCEPT_ALL });
  }
  await anvil.mine({ blocks: 1 });
}

/** States what was expected. */
const openQueue: OpenQueue = async () => ({
  prover: {
    prove: async ({ expect }) => ({ publicInputs: expect, proof: [], proofBytes: new Uint8Array([1]), seconds: 0 }),
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
  },
  addCircuit: async () => {
    throw new Error("The layers of this network have circuits that the coordinator has.");
  },
  forgetCircuit: async () => {},
  peakBytes: () => 0,
  close: async () => {},
});
