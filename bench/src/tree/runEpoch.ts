import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withChild } from "@frond/circuits";
import { deploySettlement, startAnvil } from "@frond/contracts";
import { publicKeyOf, silentLogger } from "@frond/foundation";
import { blockCircuit, blockInputs } from "@frond/language";
import { deploymentIdOf, genesisStateRoot, layerIdOfConfig, layerRoot, signTransaction } from "@frond/protocol";
import { createLocalQueue, memoryQueueStore, type PreparedCircuit, type Prover } from "@frond/prover";
import { createSequencer } from "@frond/sequencer";
import {
  type AggregateCosts,
  createCoordinator,
  createLayerOne,
  type EpochCircuits,
  type KnownLayer,
  type SettledEpoch,
  serveLayers,
} from "@frond/settlement";
import { createLayerLink } from "@frond/settlement/link";
import { memoryStore, openTables } from "@frond/store";
import { createPublicClient, createWalletClient, http, type PublicClient } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { notes, notesSize } from "./notes.ts";

const MNEMONIC = "test test test test test test test test test test test junk";
const ACCOUNT = 77n;

export type TreeTools = {
  readonly prover: Prover;
  readonly circuits: EpochCircuits;
  readonly block: PreparedCircuit;
  readonly costs: AggregateCosts;
  readonly cacheDirectory: string;
};

/** How long one proof took, witness included. */
export type MeasuredJob = {
  readonly kind: "block" | "aggregate" | "settlement";
  readonly circuit: string;
  readonly seconds: number;
};

export type MeasuredEpoch = {
  readonly settled: SettledEpoch;
  readonly jobs: readonly MeasuredJob[];
  /** The layer above each, by number; null for the trunk. */
  readonly parents: readonly (number | null)[];
  /** From the end of the epoch until L1 had it. */
  readonly seconds: number;
};

/** The block circuit of the notes. */
export const prepareNotes = (prover: Prover): Promise<PreparedCircuit> =>
  prover.prepare(blockCircuit({ program: notes.program, size: notesSize }), "recursive");

/**
 * Settles one epoch of a tree of `layers` layers, one full block each, with real proofs on a real L1: a trunk, and below it one L3 beside another (every fourth has an L4). `workers` processes prove, with as many threads
 * as there are cores for each.
 */
export async function runEpoch(tools: TreeTools, options: { layers: number; workers: number }): Promise<MeasuredEpoch> {
  const directory = await mkdtemp(join(tmpdir(), "frond-bench-tree-"));
  const closers: (() => Promise<unknown> | unknown)[] = [() => rm(directory, { recursive: true, force: true })];
  try {
    const anvil = await startAnvil({});
    closers.push(() => anvil.stop());
    const transport = http(anvil.url);
    const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 100 }) as PublicClient;
    const wallet = createWalletClient({ account: mnemonicToAccount(MNEMONIC), chain: foundry, transport });
    const jobs: MeasuredJob[] = [];
    /** 0 is the trunk; every fourth layer hangs below the one before it. */
    const parents = Array.from({ length: options.layers }, (_, i) => (i === 0 ? null : i % 4 === 3 ? i - 1 : 0));
    const secretOf = (i: number) => 1_000n + BigInt(i);
    const describe = (settlement: `0x${string}`): KnownLayer[] => {
      const known: KnownLayer[] = [];
      for (let i = 0; i < options.layers; i++) {
        const parent = known[parents[i] ?? -1];
        const config = {
          parentId: parent?.layerId ?? 0n,
          index: parent === undefined ? deploymentIdOf(31337n, settlement) : BigInt(i),
          blockKeysRoot: blockKeysTree([tools.block.key.hash]).root,
          sequencerKey: publicKeyOf(secretOf(i)),
          dataAvailability: 0,
          committeeRoot: 0n,
          committeeThreshold: 0,
        } as const;
        known.push({
          name: `layer${i}`,
          layerId: layerIdOfConfig(config),
          config,
          blockKeys: [tools.block.key.hash],
          stateRoot: genesisStateRoot(notes.program.entryWidth),
          application: "notes",
          sizes: [notesSize],
          circuits: [{ size: notesSize.name, digest: tools.block.digest, keyHash: tools.block.key.hash }],
        });
      }
      return known;
    };
    const snapshotOf = (layer: KnownLayer, known: readonly KnownLayer[]): LayerSnapshot =>
      known
        .filter(({ config }) => config.parentId === layer.layerId)
        .reduce(
          (parent, child) => withChild(parent, Number(child.config.index), snapshotOf(child, known)),
          genesisSnapshot(layer),
        );
    const deployment = await deploySettlement({
      wallet,
      publicClient,
      cacheDirectory: tools.cacheDirectory,
      verifierSource: await tools.prover.solidityVerifier(tools.circuits.settlement),
      genesisRootOf: (settlement) => layerRoot(snapshotOf(describe(settlement)[0]!, describe(settlement)).record),
      referenceStringKind: tools.prover.referenceString.kind,
    });
    const known = describe(deployment.address);
    const queue = await createLocalQueue({
      store: memoryQueueStore(),
      referenceString: tools.prover.referenceString,
      cacheDirectory: tools.cacheDirectory,
      workers: options.workers,
      niceness: 0,
    });
    closers.push(() => queue.close());
    const tables = openTables({ path: join(directory, "coordinator") });
    closers.push(() => tables.close());
    let finish: (epoch: SettledEpoch) => void = () => {};
    let fail: (error: unknown) => void = () => {};
    const settling = new Promise<SettledEpoch>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
    const coordinator = createCoordinator(
      {
        layers: known,
        genesis: snapshotOf(known[0]!, known),
        settlement: deployment.address,
        circuits: tools.circuits,
        costs: tools.costs,
        policy: { epochBlocks: options.layers, epochSeconds: 3_600, layerTimeout: 60_000 },
        pollInterval: 60_000,
      },
      {
        tables,
        layerOne: createLayerOne({
          publicClient,
          wallet,
          settlement: deployment.address,
          verifier: deployment.verifier,
          deploymentBlock: deployment.deploymentBlock,
          safeBlock: () => publicClient.getBlockNumber({ cacheTime: 0 }),
        }),
        prover: {
          async prove({ kind, circuit, inputs, expect }) {
            const result = await queue.result(await queue.submit({ kind, circuit, inputs, expect }));
            jobs.push({ kind, circuit: circuit.name, seconds: result.witnessSeconds + result.provingSeconds });
            return { ...result, seconds: result.provingSeconds };
          },
          verify: (circuit, proof) => queue.verify(circuit, proof),
          forget: async () => {},
          status: () => ({ waiting: 0, running: 0, failed: 0, workers: options.workers }),
        },
        circuitOf: () => tools.block,
        addCircuit: async () => tools.block,
        logger: silentLogger,
        onSettled: (epoch) => finish(epoch),
        onFailed: (error) => fail(error),
      },
    );
    const server = serveLayers(coordinator);
    const listener = createServer();
    listener.on("upgrade", server.upgrade);
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    closers.push(async () => {
      await server.close();
      listener.close();
    });
    await coordinator.start();
    closers.push(() => coordinator.close());
    const sequencers = await Promise.all(
      known.map(async ({ layerId }, i) => {
        const store = memoryStore({
          layerId,
          application: "notes",
          programDigest: "1",
          entryWidth: notes.program.entryWidth,
        });
        const sequencer = createSequencer(
          { program: notes.program, layerId, sizes: [notesSize], secret: secretOf(i), blockMilliseconds: 3_600_000 },
          { store },
        );
        const link = createLayerLink(
          { layerId, coordinatorUrl: () => `ws://127.0.0.1:${port}`, secret: secretOf(i), url: () => "" },
          {
            sequencer,
            store,
            blockInputs: (witness) => blockInputs({ program: notes.program, size: notesSize, witness }),
            setBlockStatus: (number, status) => store.setBlockStatus(number, status),
            logger: silentLogger,
          },
        );
        sequencer.on("block", (block) => link.blockSealed(block));
        await link.start();
        closers.push(async () => {
          await link.close();
          await sequencer.close();
        });
        return sequencer;
      }),
    );
    while (coordinator.layers().some(({ status }) => status === "offline"))
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const sequencer of sequencers) {
      for (let nonce = 0; nonce < notesSize.transactions; nonce++) {
        await sequencer.submit(
          signTransaction(
            {
              layerId: sequencer.layerId,
              method: 0,
              args: [BigInt(nonce), 5n],
              nonce,
              maxFee: 0n,
              expirySlot: 1_000_000,
            },
            ACCOUNT,
          ),
        );
      }
    }
    const started = performance.now();
    await Promise.all(sequencers.map((sequencer) => sequencer.seal()));
    const settled = await settling;
    return { settled, jobs, parents, seconds: (performance.now() - started) / 1_000 };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
