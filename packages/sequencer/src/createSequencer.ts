import { EventEmitter } from "node:events";
import { type Field, publicKeyOf, silentLogger } from "@frond/foundation";
import { type BlockSize, FIRST_EPOCH, type Transaction } from "@frond/protocol";
import type { BlockRecord, LogPosition } from "@frond/store";
import { createAccountRates } from "./accountRates.ts";
import { admitTransaction } from "./admitTransaction.ts";
import { blocksOfEpoch } from "./blocksOfEpoch.ts";
import { systemClock } from "./clock.ts";
import { invalidSignature, mempoolFull, rateLimited, sequencerClosed, sequencerFailed } from "./errors.ts";
import { createInbox } from "./inbox.ts";
import { defaultLimits } from "./limits.ts";
import { createLogWriter } from "./logWriter.ts";
import type { OpenBlock } from "./openBlock.ts";
import { createOrderer, type Place } from "./orderer.ts";
import { type Promised, signPreconfirmations } from "./preconfirmation.ts";
import { createSealer } from "./sealBlock.ts";
import type {
  Preconfirmation,
  Sequencer,
  SequencerDependencies,
  SequencerEvents,
  SequencerOptions,
  Verified,
} from "./types.ts";
import { createVerifier } from "./verifySignatures.ts";

type Waiting = {
  readonly transaction: Transaction;
  resolve(preconfirmation: Preconfirmation): void;
  reject(error: unknown): void;
};

/** A transaction that was executed and waits for the disk. */
type Done = { readonly item: Waiting; readonly promised: Promised; readonly isNew: boolean };

/** So long, in milliseconds, execution holds this thread before it answers and lets others work. */
const TIME_SLICE = 4;

/**
 * Starts a layer's sequencer on a store: does again what was acknowledged and is not sealed, then accepts. A transaction passes admission, the check of its signature
 * (together with those that came meanwhile), its account's rate, order and execution, the log; then it is promised.
 * @throws ReplayError if the log belongs to another program
 */
export const createSequencer = (options: SequencerOptions, dependencies: SequencerDependencies): Sequencer => {
  const { program, layerId, sizes, secret, blockTime } = options;
  const { store, clock = systemClock, logger = silentLogger } = dependencies;
  const { verifier = createVerifier(), sealer = createSealer(store) } = dependencies;
  const limits = { ...defaultLimits, ...options.limits };
  const publicKey = publicKeyOf(secret);
  const emitter = new EventEmitter<SequencerEvents>();
  const metadata = store.table<number>("metadata");
  const rates = createAccountRates(limits);
  const log = createLogWriter(store, fail);
  const inbox = createInbox({ maxInbox: limits.maxInbox, layerId, storedCursor: (source) => store.cursor(source) });

  const waiting: Waiting[] = [];
  /** Executed and not sealed. */
  const unsealed = new Map<Field, { readonly transaction: Transaction; readonly promised: Promised }>();
  const counts = { unanswered: 0, accepted: 0, rejected: 0 };
  let pumping: Promise<void> | undefined;
  let sealing: Promise<BlockRecord | undefined> = Promise.resolve(undefined);
  let onceSealed: (() => void)[] = [];
  let cancelTimer = (): void => {};
  let draining = false;
  let ended: "closing" | "failed" | undefined;
  let failure: unknown;

  const orderer = createOrderer(
    { program, layerId, sizes },
    {
      store,
      epoch: Math.max(metadata.get("epoch") ?? FIRST_EPOCH, store.block(store.lastBlockNumber())?.epoch ?? 0),
      onRecord: log.add,
      onOpen: () => {
        cancelTimer = clock.after(blockTime, cut);
      },
      onCut: (block, size) => {
        cancelTimer();
        sealAfterwards({ block, size, logThrough: replaying ?? log.write() });
        drainInbox();
      },
    },
  );

  // A block that was cut and not stored is cut again where the next one opens; its last record is the one before.
  let replaying: Promise<LogPosition> | undefined = Promise.resolve(0);
  for (const { position, record } of store.log()) {
    const place = orderer.replay(record);
    if (record.kind === "transaction") remember(record.hash, record.transaction, place!);
    if (record.kind === "message") inbox.noteHandled(record.incoming);
    replaying = Promise.resolve(position);
  }
  log.startAfter(replaying);
  replaying = undefined;
  // The epoch was closed and the process died before its last block was cut.
  if (orderer.open !== undefined && orderer.open.epoch < orderer.epoch) orderer.cut();

  async function pump(): Promise<void> {
    for (let next = takeBatch(); next !== undefined; ) {
      const { batch, verifying } = next;
      const verified = await verifying;
      // The next signatures are checked while these transactions run.
      next = takeBatch();
      await orderBatch(batch, verified);
      next ??= takeBatch();
    }
  }

  function takeBatch(): { batch: Waiting[]; verifying: Promise<(Verified | undefined)[]> } | undefined {
    if (waiting.length === 0) return undefined;
    const batch = waiting.splice(0, limits.maxVerifyBatch);
    const verifying = verifier.verify(batch.map(({ transaction }) => transaction));
    verifying.catch(() => {});
    return { batch, verifying };
  }

  function startPump(): void {
    pumping ??= pump()
      .catch(fail)
      .finally(() => {
        pumping = undefined;
        if (waiting.length > 0) startPump();
      });
  }

  async function orderBatch(batch: readonly Waiting[], verified: readonly (Verified | undefined)[]): Promise<void> {
    let done: Done[] = [];
    let sliceEnd = performance.now() + TIME_SLICE;
    for (const [i, item] of batch.entries()) {
      if (isBehind() || performance.now() > sliceEnd) {
        answer(done);
        done = [];
        while (isBehind()) await new Promise<void>((resolve) => void onceSealed.push(resolve));
        await new Promise(setImmediate);
        sliceEnd = performance.now() + TIME_SLICE;
      }
      try {
        done.push({ item, ...orderOne(item.transaction, verified[i]) });
      } catch (error) {
        refuse(item, error);
      }
    }
    answer(done);
  }

  function orderOne(transaction: Transaction, verified: Verified | undefined): Omit<Done, "item"> {
    if (ended === "failed") throw sequencerFailed(failure);
    if (verified === undefined) throw invalidSignature();
    const { hash, sender } = verified;
    const rate = rates.take(sender, clock.now());
    if (!rate.ok) throw rateLimited(rate.retryAfter);
    const known = promisedTo(hash);
    if (known !== undefined) return { promised: known, isNew: false };
    return { promised: remember(hash, transaction, orderer.order({ transaction, hash, sender })), isNew: true };
  }

  function remember(hash: Field, transaction: Transaction, place: Place): Promised {
    const promised = { layerId, transactionHash: hash, ...place };
    unsealed.set(hash, { transaction, promised });
    return promised;
  }

  function promisedTo(hash: Field): Promised | undefined {
    const waitingForBlock = unsealed.get(hash)?.promised;
    if (waitingForBlock !== undefined) return waitingForBlock;
    const place = store.transactionPlace(hash);
    const block = place && store.block(place.block);
    return place && block && { layerId, transactionHash: hash, slot: block.slot, epoch: block.epoch, ...place };
  }

  /** Promises what was executed, as soon as it is on disk. The signature is made while the disk works. */
  function answer(done: readonly Done[]): void {
    if (done.length === 0) return;
    const durable = log.write();
    const signed = signPreconfirmations(
      done.map(({ promised }) => promised),
      secret,
    );
    durable.then(
      () =>
        done.forEach(({ item, isNew }, i) => {
          counts.unanswered--;
          if (isNew) counts.accepted++;
          item.resolve(signed[i]!);
          if (isNew) emitter.emit("transaction", signed[i]!, item.transaction);
        }),
      (error) => {
        for (const { item } of done) refuse(item, sequencerFailed(error));
      },
    );
  }

  function refuse(item: Waiting, error: unknown): void {
    counts.unanswered--;
    counts.rejected++;
    item.reject(error);
  }

  function isBehind(): boolean {
    return ended !== "failed" && orderer.cutBlocks.length > limits.maxUnsealedBlocks;
  }

  /** Messages come first in a block: whenever one ends, and when they arrive while none has transactions. */
  function drainInbox(): void {
    if (draining) return;
    draining = true;
    const refused = (error: unknown) => logger.error("A message cannot be consumed", { error: String(error) });
    while (ended === undefined && orderer.takesMessages && !isBehind()) {
      if (!inbox.handleOldest(orderer.handle, refused)) break;
    }
    draining = false;
    inbox.settle(log.write());
  }

  function cut(): void {
    if (ended !== "failed") orderer.cut();
  }

  function sealAfterwards({
    block,
    size,
    logThrough,
  }: {
    block: OpenBlock;
    size: BlockSize;
    logThrough: Promise<LogPosition>;
  }): void {
    const sealedAt = clock.now();
    sealing = sealing.then(async () => {
      const record = await sealer.seal({
        number: block.number,
        slot: block.slot,
        epoch: block.epoch,
        size,
        layerId,
        updates: [...block.values].map(([key, after]) => ({ key, after })),
        incoming: block.incoming,
        produced: block.produced,
        transactions: block.transactions,
        hashes: block.hashes,
        logThrough: await logThrough,
        sealedAt,
      });
      store.refresh();
      orderer.settleOldest();
      for (const hash of block.hashes) unsealed.delete(hash);
      wakeWaiters();
      drainInbox();
      emitter.emit("block", record);
      return record;
    });
    sealing.catch(fail);
  }

  function wakeWaiters(): void {
    const waiters = onceSealed;
    onceSealed = [];
    for (const wake of waiters) wake();
  }

  function fail(error: unknown): void {
    if (ended === "failed") return;
    logger.error("The sequencer has stopped", { error: String(error) });
    ended = "failed";
    failure = error;
    cancelTimer();
    for (const item of waiting.splice(0)) refuse(item, sequencerFailed(error));
    inbox.fail(sequencerFailed(error));
    wakeWaiters();
    emitter.emit("failed", error);
  }

  function checkRunning(): void {
    if (ended === "failed") throw sequencerFailed(failure);
    if (ended === "closing") throw sequencerClosed();
  }

  return {
    publicKey,
    layerId,
    get epoch() {
      return orderer.epoch;
    },
    get completeEpoch() {
      const oldest = orderer.cutBlocks[0] ?? orderer.open;
      return Math.min(orderer.epoch, oldest?.epoch ?? orderer.epoch) - 1;
    },
    async submit(transaction) {
      checkRunning();
      try {
        admitTransaction(transaction, { program, layerId });
        if (counts.unanswered >= limits.maxWaiting) throw mempoolFull(counts.unanswered);
      } catch (error) {
        counts.rejected++;
        throw error;
      }
      counts.unanswered++;
      return new Promise<Preconfirmation>((resolve, reject) => {
        waiting.push({ transaction, resolve, reject });
        startPump();
      });
    },
    async consume(messages) {
      checkRunning();
      const handled = inbox.put(messages);
      drainInbox();
      await handled;
    },
    cursor: inbox.cursor,
    async seal() {
      checkRunning();
      if (orderer.open === undefined && orderer.cutBlocks.length === 0) return undefined;
      cut();
      return sealing;
    },
    async closeEpoch() {
      checkRunning();
      const epoch = orderer.epoch;
      // Stored before any record of the next epoch, for writes keep their order.
      const stored = metadata.put("epoch", epoch + 1);
      stored.catch(fail);
      orderer.epoch = epoch + 1;
      orderer.cut();
      const sealed = sealing;
      await Promise.all([sealed, stored]);
      return { epoch, blocks: blocksOfEpoch(store, epoch) };
    },
    read: orderer.read,
    promised: promisedTo,
    preconfirmation(hash) {
      const promised = promisedTo(hash);
      return promised && signPreconfirmations([promised], secret)[0];
    },
    unsealed: (hash) => unsealed.get(hash)?.transaction,
    status: () => ({
      epoch: orderer.epoch,
      ...orderer.next,
      waiting: counts.unanswered,
      unsealed: unsealed.size,
      inbox: inbox.size,
      accepted: counts.accepted,
      rejected: counts.rejected,
    }),
    on: (event, listener) => void emitter.on(event, listener as never),
    off: (event, listener) => void emitter.off(event, listener as never),
    async close() {
      ended ??= "closing";
      cancelTimer();
      while (pumping !== undefined) await pumping;
      inbox.fail(sequencerClosed());
      await log.write().catch(() => {});
      await sealing.catch(() => {});
      await Promise.all([verifier.close(), sealer.close()]);
    },
  };
};
