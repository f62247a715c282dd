import { type Field, fieldToHex } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { blocksOf } from "./blocksOf.ts";
import { ChainWentBackError, EpochUnknownError, RootMismatchError } from "./errors.ts";
import { followDeposits } from "./followDeposits.ts";
import { blockStep, type Ledger, ledgerStore, snapshotsOf } from "./ledger.ts";
import { proveEpoch } from "./proveEpoch.ts";
import { pause, retry } from "./retry.ts";
import type {
  EpochPolicy,
  EpochProgress,
  SettledEpoch,
  SettledOnLayerOne,
  Settlement,
  SettlementDependencies,
  SettlementOptions,
  VerifiedProof,
} from "./types.ts";

export const defaultPolicy: EpochPolicy = { epochBlocks: 16, epochSeconds: 10 };

/**
 * The settlement stage of a layer: follows L1's deposits, ends epochs, proves and settles them in order (protocol.md 4, 6, 7). Nothing it needs after a restart is held in
 * memory only: an epoch is the blocks that carry its number, its proofs are found by what they prove, and what L1 has settled is asked of L1.
 */
export function createSettlement(options: SettlementOptions, dependencies: SettlementDependencies): Settlement {
  const { store, sequencer, layerOne, prover, logger } = dependencies;
  const policy = { ...defaultPolicy, ...options.policy };
  const pollInterval = options.pollInterval ?? 1_000;
  const ledgers = ledgerStore(store, options.genesis);
  const stop = new AbortController();
  const stopped = new Promise<undefined>((resolve) => stop.signal.addEventListener("abort", () => resolve(undefined)));
  const blockProofs = new Map<number, Promise<VerifiedProof>>();
  let ledger: Ledger = ledgers.load();
  let running: Promise<unknown> = Promise.resolve();
  let closing: Promise<unknown> | undefined;
  let stage = "idle";
  let failures = 0;
  let lastFailure: string | undefined;

  const keyHashOf = (size: string) => prover.blockKey(size).hash;
  const isFinal = (error: unknown) =>
    error instanceof RootMismatchError || error instanceof ChainWentBackError || error instanceof EpochUnknownError;
  const withRetry = <T>(what: string, attempt: () => Promise<T>) =>
    retry(attempt, {
      what,
      signal: stop.signal,
      logger,
      isFinal,
      onFailure: (error) => {
        failures += 1;
        lastFailure = error instanceof Error ? error.message : String(error);
      },
    });
  const report = (progress: EpochProgress) => {
    stage = progress.stage;
    dependencies.onProgress?.(progress);
  };

  /** One promise for each block's proof, however many ask for it. */
  function blockProof(block: BlockRecord): Promise<VerifiedProof> {
    const known = blockProofs.get(block.number);
    if (known !== undefined) return known;
    const proof = proveBlock(block);
    blockProofs.set(block.number, proof);
    // A failed attempt must not be remembered; whoever waits for it sees the failure.
    proof.catch(() => blockProofs.delete(block.number));
    return proof;
  }

  async function proveBlock(block: BlockRecord): Promise<VerifiedProof> {
    const proven = { layerId: options.layerId, keyHash: keyHashOf(block.size) };
    const { claim } = blockStep(block, proven);
    const { number, size, epoch } = block;
    const proof = await prover.proveBlock({ number, size, epoch, statement: claim.publicInputs });
    await dependencies.setBlockStatus(block.number, "proven");
    return proof;
  }

  async function followLayerOne(): Promise<void> {
    while (!stop.signal.aborted) {
      await withRetry("Following deposits", () => orStopped(followDeposits(options, dependencies)));
      await considerClosing();
      await pause(pollInterval, stop.signal);
    }
  }

  async function considerClosing(): Promise<void> {
    const open = blocksOf(store, sequencer.epoch);
    const first = open[0];
    if (first === undefined) return;
    const isNext = ledger.epoch + 1 === sequencer.epoch;
    const isDue = open.length >= policy.epochBlocks || Date.now() - first.sealedAt >= policy.epochSeconds * 1_000;
    if (isNext && isDue) await closeEpoch();
  }

  async function closeEpoch(): Promise<void> {
    // One at a time: a second call would end the next epoch, perhaps an empty one, which nothing can prove.
    closing ??= (async () => {
      if (blocksOf(store, sequencer.epoch).length === 0 && sequencer.status().unsealed === 0) return;
      const { epoch, blocks } = await sequencer.closeEpoch();
      logger.info(`Epoch ${epoch} has ended`, { blocks: blocks.length });
    })().finally(() => {
      closing = undefined;
    });
    await closing;
  }

  async function settleForever(): Promise<void> {
    while (!stop.signal.aborted) {
      const epoch = ledger.epoch + 1;
      if (sequencer.completeEpoch >= epoch) await withRetry(`Settling epoch ${epoch}`, () => settleEpoch(epoch));
      else await pause(100, stop.signal);
    }
  }

  /** Deposits are handled at the start of a block, which may be long in coming: stopping does not wait for it. They are handed over again after a restart. */
  function orStopped<T>(work: Promise<T>): Promise<T | undefined> {
    work.catch(() => {});
    return Promise.race([work, stopped]);
  }

  /** Takes up what L1 settled while nobody here was waiting for it. */
  async function catchUp(): Promise<void> {
    const onLayerOne = await layerOne.state();
    const settled = onLayerOne.epoch - 1;
    if (settled < ledger.epoch) throw new ChainWentBackError({ settled: ledger.epoch, onLayerOne: settled });
    while (ledger.epoch < settled) {
      const epoch = ledger.epoch + 1;
      if (sequencer.completeEpoch < epoch) throw new EpochUnknownError({ onLayerOne: settled, open: sequencer.epoch });
      const snapshots = snapshotsOf(ledger.layer, { epoch, blocks: blocksOf(store, epoch) }, keyHashOf);
      const after = { epoch, layer: snapshots.at(-1)! };
      if (epoch === settled) requireRoot(epoch, after, onLayerOne.root);
      const transaction = await layerOne.settledEpoch(epoch);
      await finish({ epoch, after, transaction, provingSeconds: 0, proofs: 0 });
    }
    requireRoot(ledger.epoch, ledger, onLayerOne.root);
  }

  async function settleEpoch(epoch: number): Promise<void> {
    await catchUp();
    if (ledger.epoch >= epoch) return;
    const blocks = blocksOf(store, epoch);
    await dependencies.onClosed?.(epoch, blocks);
    const proven = await proveEpoch(
      { epoch, blocks, ledger, settlementAddress: options.settlement },
      { prover, blockProof, report },
    );
    report({ epoch, stage: "submitting", done: 0, total: 1 });
    const transaction = await withRetry(`Submitting epoch ${epoch}`, async () => {
      const onLayerOne = await layerOne.state();
      // An answer that got lost: the transaction was mined all the same.
      if (onLayerOne.epoch > epoch) return await layerOne.settledEpoch(epoch);
      return await layerOne.settle(proven.settling);
    });
    const { root } = await withRetry("Reading L1", () => layerOne.state());
    requireRoot(epoch, proven.after, root);
    await finish({
      epoch,
      after: proven.after,
      transaction,
      provingSeconds: proven.provingSeconds,
      proofs: proven.proofs,
    });
  }

  async function finish(result: {
    epoch: number;
    after: Ledger;
    transaction: SettledOnLayerOne | undefined;
    provingSeconds: number;
    proofs: number;
  }): Promise<void> {
    const { epoch, after } = result;
    const blocks = blocksOf(store, epoch);
    const before = ledger;
    for (const block of blocks) {
      if (block.status !== "settled") await dependencies.setBlockStatus(block.number, "settled");
      blockProofs.delete(block.number);
    }
    await dependencies.onSettled?.(summaryOf({ ...result, blocks, before }), blocks);
    await ledgers.save(after);
    await prover.forget(epoch);
    ledger = after;
    report({ epoch, stage: "settled", done: 1, total: 1 });
    await considerClosing();
  }

  return {
    async start() {
      await withRetry("Reading L1", catchUp);
      for (let number = sequencer.status().block - 1; number > 0; number--) {
        const block = store.block(number);
        if (block === undefined) continue;
        if (block.status !== "sealed") break;
        void blockProof(block).catch(() => {});
      }
      const fail = (error: unknown) => {
        if (stop.signal.aborted) return;
        lastFailure = error instanceof Error ? error.message : String(error);
        logger.error("Settlement has stopped", { reason: lastFailure });
        dependencies.onFailed?.(error);
      };
      running = Promise.all([followLayerOne().catch(fail), settleForever().catch(fail)]);
    },
    blockSealed(block) {
      if (stop.signal.aborted) return;
      void blockProof(block).catch(() => {});
      void considerClosing().catch((error) => logger.warn("An epoch could not be ended", { reason: String(error) }));
    },
    closeEpoch,
    get layer() {
      return ledger.layer;
    },
    status: () => ({
      settledEpoch: ledger.epoch,
      stage,
      failures,
      ...(lastFailure === undefined ? {} : { lastFailure }),
    }),
    async close() {
      stop.abort();
      prover.close();
      await running;
    },
  };
}

function requireRoot(epoch: number, ledger: Ledger, actual: Field): void {
  const expected = layerRoot(ledger.layer.record);
  if (expected !== actual) {
    throw new RootMismatchError({ epoch, expected: fieldToHex(expected), actual: fieldToHex(actual) });
  }
}

function summaryOf(result: {
  epoch: number;
  before: Ledger;
  after: Ledger;
  blocks: readonly BlockRecord[];
  transaction: SettledOnLayerOne | undefined;
  provingSeconds: number;
  proofs: number;
}): SettledEpoch {
  const { epoch, before, after, blocks, transaction, provingSeconds, proofs } = result;
  const count = (of: (block: BlockRecord) => number) => blocks.reduce((sum, block) => sum + of(block), 0);
  const ended = Math.max(...blocks.map(({ sealedAt }) => sealedAt));
  return {
    epoch,
    layers: 1,
    blocks: blocks.length,
    transactions: count(({ transactions }) => transactions.length),
    messages: count(({ consumed, produced }) => consumed.length + produced.length),
    proofs,
    gasUsed: Number(transaction?.gasUsed ?? 0n),
    verifierGas: Number(transaction?.verifierGas ?? 0n),
    provingSeconds: Math.round(provingSeconds * 100) / 100,
    wallSeconds: Math.round((Date.now() - ended) / 10) / 100,
    rootBefore: fieldToHex(layerRoot(before.layer.record)),
    rootAfter: fieldToHex(layerRoot(after.layer.record)),
    l1Transaction: transaction?.hash ?? "",
  };
}
