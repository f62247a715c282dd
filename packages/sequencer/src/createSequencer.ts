import { EventEmitter } from "node:events";
import { fieldToHex, publicKeyOf, silentLogger } from "@frond/foundation";
import { addressOf, FIRST_EPOCH, isLeg, type Transaction } from "@frond/protocol";
import type { LogPosition } from "@frond/store";
import { createBundleLegs, type Prepared } from "./bundles/bundleLegs.ts";
import { createPreparedLegs } from "./bundles/preparedLegs.ts";
import { systemClock } from "./clock.ts";
import {
  bundleLeg,
  mempoolFull,
  noBundleLeg,
  notPrepared,
  rateLimited,
  rebased,
  sequencerClosed,
  sequencerFailed,
} from "./errors.ts";
import { createAccountRates } from "./intake/accountRates.ts";
import { admitTransaction } from "./intake/admitTransaction.ts";
import { createEpochQuota } from "./intake/epochQuota.ts";
import { createTransactionQueue, type Entry } from "./intake/transactionQueue.ts";
import { createVerifier } from "./intake/verifySignatures.ts";
import { defaultLimits } from "./limits.ts";
import { createInbox } from "./messages/inbox.ts";
import { createMail } from "./messages/mail.ts";
import { createOutbox } from "./messages/outbox.ts";
import { checkOpening, mayTransactionOpen, messageDelayFactor } from "./order/blockAllowance.ts";
import { createBlockTimer } from "./order/blockTimer.ts";
import { checkTried, unlimited } from "./order/checkTried.ts";
import { validateFeeRule } from "./order/feeRule.ts";
import { createOrderer } from "./order/orderer.ts";
import { createAnswers } from "./promise/answers.ts";
import { createLogWriter } from "./promise/logWriter.ts";
import { createPromises } from "./promise/promises.ts";
import { blocksOfEpoch } from "./seal/blocksOfEpoch.ts";
import { createLastBefore } from "./seal/lastBefore.ts";
import { createSealer } from "./seal/sealBlock.ts";
import { createSealQueue } from "./seal/sealQueue.ts";
import { createReturner } from "./setBack/createReturner.ts";
import { createDrops } from "./setBack/drops.ts";
import { createRebasing } from "./setBack/rebasing.ts";
import { createSignal } from "./signal.ts";
import type {
  Drop,
  LayerPosition,
  Preconfirmation,
  Sequencer,
  SequencerDependencies,
  SequencerEvents,
  SequencerOptions,
  Verified,
} from "./types.ts";

/** Someone waits for the answer. */
type Waiting = Entry & { reject(error: unknown): void } & (
    | { readonly kind: "submit"; resolve(preconfirmation: Preconfirmation): void }
    | { readonly kind: "prepare"; readonly waitsUntil: number; resolve(prepared: Prepared): void }
  );

const MESSAGE_DELAY = 100;
const PROMISE_TIME = 500;

/**
 * Starts a layer's sequencer on a store: does again what was acknowledged and is not sealed, then accepts. A transaction passes admission, the check of its signature
 * (together with those that came meanwhile), its account's rate, order and execution, the log; then it is promised.
 * @throws ReplayError if the log belongs to another program; FeeRuleError
 */
export const createSequencer = (options: SequencerOptions, dependencies: SequencerDependencies): Sequencer => {
  const { program, layerId, sizes, secret, blockTime, feeRule = { kind: "free" } } = options;
  const { messageDelay = MESSAGE_DELAY, promiseTime = PROMISE_TIME } = options;
  const { store, clock = systemClock, logger = silentLogger } = dependencies;
  const { verifier = createVerifier(), sealer = createSealer(store, { secret }) } = dependencies;
  validateFeeRule(feeRule, program);
  const { rate, burst, perEpoch } = feeRule.kind === "free" ? (feeRule.quota ?? {}) : {};
  const limits = { ...defaultLimits, ...options.limits };
  const publicKey = publicKeyOf(secret);
  const feeRecipient = addressOf(publicKey);
  const emitter = new EventEmitter<SequencerEvents>();
  const metadata = store.table<number>("metadata");
  const session = metadata.get("session") ?? 0;
  const drops = createDrops(store, session);
  const rates = createAccountRates({
    accountRate: rate ?? limits.accountRate,
    accountBurst: burst ?? limits.accountBurst,
    maxTrackedAccounts: limits.maxTrackedAccounts,
  });
  const log = createLogWriter(store, fail);
  const promises = createPromises({ layerId, secret }, { store });
  const changed = createSignal();
  const counts = { unanswered: 0, accepted: 0, rejected: 0 };
  let allowance = unlimited();
  /** Transactions wait; `isHeld` when nothing is left that was ordered before. */
  let isHolding = false;
  let isHeld = false;
  let holds = 0;
  let lastPosition: string | undefined;
  let ended: "closing" | "failed" | undefined;
  let failure: unknown;

  const inbox = createInbox({
    maxInbox: limits.maxInbox,
    layerId,
    now: clock.now,
    storedCursor: (source) => store.cursor(source),
  });
  const outbox = createOutbox((outgoing) => emitter.emit("message", outgoing));
  const legs = createPreparedLegs({ clock, onFreed });
  const orderer = createOrderer(
    { program, layerId, sizes, feeRule, feeRecipient },
    {
      store,
      epoch: Math.max(metadata.get("epoch") ?? FIRST_EPOCH, store.block(store.lastBlockNumber())?.epoch ?? 0),
      slot: metadata.get("slot") ?? 0,
      check: (tried) => checkTried(tried, { layerId, legs, allowance, listed: orderer.listed }),
      checkOpening: (opening) => checkOpening(opening, { blocks: orderer.blocks, allowed: allowance.blocks }),
      onRecord(record) {
        log.add(record);
        if (record.kind !== "transaction") returner.wake();
      },
      onProduced: (block, produced) => (replaying === undefined ? outbox.add : outbox.restore)(block, produced),
      onOpen(block) {
        timer.start(block);
        if (replaying === undefined) queue.tryAgain();
      },
      onCut(block, size) {
        timer.stop();
        sealQueue.add({ block, size, sealedAt: clock.now(), logThrough: replaying ?? flush() });
        mail.deliver();
      },
    },
  );
  const sealed = blocksOfEpoch(store, orderer.epoch);
  // Not while a leg is promised: in the next block it might fail. A promise does not last long.
  const timer = createBlockTimer(
    { blockTime, first: sealed[0] },
    { clock, mayEnd: () => legs.count === 0 && ended === undefined, end: cut },
  );
  const quota = createEpochQuota({ perEpoch }, { store, epoch: () => orderer.epoch });
  const sealQueue = createSealQueue(
    { layerId, feeRecipient },
    {
      sealer,
      onSealed(block, record) {
        store.refresh();
        orderer.settleOldest();
        promises.sealed(block.hashes);
        changed.wake();
        mail.deliver();
        returner.wake();
        emitter.emit("block", record);
        tellPosition();
      },
      onFailure: fail,
    },
  );
  const mail = createMail({
    delayMilliseconds: () => messageDelay * messageDelayFactor(orderer.blocks, allowance.blocks),
    inbox,
    orderer,
    clock,
    mayHandle: () => ended === undefined && !rebasing.isUnderWay && replaying === undefined && !isBehind(),
    areTransactionsHeld: () => isHolding,
    flush,
    onRefused: (error) => logger.error("A message cannot be consumed", { error: String(error) }),
  });
  const answers = createAnswers({
    promises,
    flush,
    onAnswered({ executed: { transaction, isNew }, preconfirmation }) {
      counts.unanswered--;
      if (!isNew) return;
      counts.accepted++;
      emitter.emit("transaction", preconfirmation, transaction);
    },
    onFailed: refuse,
  });
  const queue = createTransactionQueue<Waiting>(limits, {
    verifier,
    clock,
    isPaused: () => isBehind() || (ended === undefined && (isHolding || rebasing.isUnderWay || isOutOfBlocks())),
    changed,
    admit(verified) {
      const allowance = rates.take(verified.sender, clock.now());
      if (!allowance.ok) throw rateLimited(allowance.retryAfter);
    },
    order,
    answer: answers.send,
    refuse,
    onFailure: fail,
  });

  const bundleLegs = createBundleLegs(
    { promiseTime, feeRecipient },
    {
      legs,
      orderer,
      promises,
      quota,
      clock,
      checkNonce: (account, nonce) => returner.checkNonce(account, nonce),
      isWaitedFor: queue.isWaitedFor,
      flush,
    },
  );
  const returner = createReturner({
    store,
    orderer,
    promises,
    quota,
    drops,
    session: () => rebasing.session,
    flush,
    async room() {
      while (isBehind()) await changed.wait();
    },
    mayTry: () => ended === undefined && !isHolding && !rebasing.isUnderWay && !isBehind() && !isOutOfBlocks(),
    onChange: tellPosition,
    onDropped: () => emitter.emit("dropped"),
    onFailure: fail,
  });
  const rebasing = createRebasing({
    store,
    session,
    orderer,
    promises,
    quota,
    returner,
    drops,
    async drain() {
      answers.send();
      timer.stop();
      mail.close();
      queue.giveUp(rebased());
      legs.clear();
      await flush();
      await sealQueue.last();
    },
    onStart: release,
    forget(epoch) {
      inbox.restart(rebased());
      outbox.restart(blocksOfEpoch(store, epoch));
    },
    flush,
    isEnded: () => ended !== undefined,
    onDone: () => emitter.emit("rebased", { session: rebasing.session, epoch: orderer.epoch }),
    onIdle() {
      changed.wake();
      mail.deliver();
      returner.wake();
      tellPosition();
    },
    onFailure: fail,
  });

  // A block that was cut and not stored is cut again where the next one opens; its last record is the one before.
  let replaying: Promise<LogPosition> | undefined = Promise.resolve(0);
  const lastBefore = createLastBefore(store, () => rebasing.session);
  outbox.restart(sealed);
  quota.restart();
  for (const { position, record } of store.log()) {
    const place = orderer.replay(record);
    if (record.kind === "transaction") {
      promises.add(record, place!);
      quota.count(addressOf(record.transaction.publicKey), place!.epoch);
    }
    if (record.kind === "message") inbox.noteHandled(record.incoming);
    replaying = Promise.resolve(position);
  }
  log.startAfter(replaying);
  replaying = undefined;
  // The epoch was closed and the process died before its last block was cut.
  if (orderer.open !== undefined && orderer.open.epoch < orderer.epoch) orderer.cut();
  rebasing.resume();
  tellPosition();

  function order(item: Waiting, verified: Verified): void {
    if (ended === "failed") throw sequencerFailed(failure);
    if (ended === "closing" && (isHolding || rebasing.isUnderWay)) throw sequencerClosed();
    const { transaction } = item;
    if (item.kind === "prepare") {
      const prepared = bundleLegs.prepare(transaction, verified);
      counts.unanswered--;
      item.resolve(prepared);
      return;
    }
    const known = promises.of(verified.hash);
    if (known !== undefined) {
      answers.add({ ...item, promised: known, isNew: false });
      return;
    }
    returner.checkNonce(verified.sender, transaction.nonce);
    quota.check(verified.sender, orderer.epoch);
    const place = orderer.order({ transaction, ...verified });
    quota.count(verified.sender, place.epoch);
    answers.add({ ...item, promised: promises.add({ hash: verified.hash, transaction }, place), isNew: true });
    // It may have filled the gap before those in line.
    returner.wake();
  }

  function refuse(item: Pick<Waiting, "reject">, error: unknown): void {
    counts.unanswered--;
    counts.rejected++;
    item.reject(error);
  }

  /** Sends records to the disk. When they are there, messages in them leave; whoever waits for the disk is told after that. */
  function flush(): Promise<LogPosition> {
    const durable = log.write();
    const outgoing = outbox.take();
    if (outgoing.length > 0)
      durable.then(
        () => outbox.emit(outgoing),
        () => {},
      );
    return durable;
  }

  function isBehind(): boolean {
    return ended !== "failed" && orderer.cutBlocks.length > limits.maxUnsealedBlocks;
  }

  function cut(): void {
    if (ended !== "failed" && !rebasing.isUnderWay) orderer.cut();
  }

  function isOutOfBlocks(): boolean {
    return orderer.open === undefined && !mayTransactionOpen(orderer.blocks, allowance.blocks);
  }

  /** The epoch has room that it did not have. */
  function onRoom(): void {
    inbox.unblock("list");
    inbox.unblock("blocks");
    queue.tryAgain();
    changed.wake();
    mail.deliver();
    returner.wake();
  }

  /** Emits `position` if what it says is new. Not while a set-back is under way, for nothing is ordered then. */
  function tellPosition(): void {
    if (rebasing.isUnderWay) return;
    const { session, epoch, isHeld, returning } = position();
    const said = JSON.stringify([session, epoch, isHeld, returning]);
    if (said === lastPosition) return;
    lastPosition = said;
    emitter.emit("position");
  }

  function completeEpoch(): number {
    const oldest = orderer.cutBlocks[0] ?? orderer.open;
    return Math.min(orderer.epoch, oldest?.epoch ?? orderer.epoch) - 1;
  }

  function position(): LayerPosition {
    const epoch = completeEpoch() + 1;
    return {
      session: rebasing.session,
      epoch,
      block: store.lastBlockNumber(),
      sealed: lastBefore(epoch),
      isHeld,
      returning: returner.status,
    };
  }

  /** Keys that were locked are free. */
  function onFreed(): void {
    queue.tryAgain();
    inbox.unblock("keys");
    mail.deliver();
    returner.wake();
    timer.check();
  }

  function fail(error: unknown): void {
    if (ended === "failed") return;
    logger.error("The sequencer has stopped", { error: String(error) });
    ended = "failed";
    failure = error;
    timer.stop();
    mail.close();
    legs.clear();
    queue.fail(sequencerFailed(error));
    inbox.fail(sequencerFailed(error));
    changed.wake();
    emitter.emit("failed", error);
  }

  function checkRunning(): void {
    if (ended === "failed") throw sequencerFailed(failure);
    if (ended === "closing") throw sequencerClosed();
  }

  /** What needs neither state nor signature; then the transaction stands in the queue. */
  function enqueue(transaction: Transaction, { isForBundle }: { isForBundle: boolean }): void {
    checkRunning();
    try {
      admitTransaction(transaction, { program, layerId });
      if (isForBundle !== isLeg(transaction)) throw isForBundle ? noBundleLeg() : bundleLeg();
      if (counts.unanswered >= limits.maxWaiting) throw mempoolFull(counts.unanswered);
    } catch (error) {
      counts.rejected++;
      throw error;
    }
    counts.unanswered++;
  }

  return {
    publicKey,
    layerId,
    get epoch() {
      return orderer.epoch;
    },
    get completeEpoch() {
      return completeEpoch();
    },
    get sealed() {
      return position().sealed;
    },
    position,
    get session() {
      return rebasing.session;
    },
    get isHeld() {
      return isHeld;
    },
    async submit(transaction) {
      enqueue(transaction, { isForBundle: false });
      return new Promise((resolve, reject) => queue.push({ kind: "submit", transaction, resolve, reject }));
    },
    async prepare(transaction) {
      enqueue(transaction, { isForBundle: true });
      // So that who asks can ask again before the promises of the other legs expire.
      const waitsUntil = clock.now() + promiseTime / 2;
      return new Promise((resolve, reject) =>
        queue.push({ kind: "prepare", transaction, waitsUntil, resolve, reject }),
      );
    },
    async commit(hash) {
      checkRunning();
      if (rebasing.isUnderWay) throw notPrepared(fieldToHex(hash));
      const { preconfirmation, executed } = await bundleLegs.commit(hash);
      if (executed !== undefined) {
        counts.accepted++;
        emitter.emit("transaction", preconfirmation, executed);
      }
      return preconfirmation;
    },
    abort(hash) {
      queue.giveUp(notPrepared(fieldToHex(hash)), hash);
      legs.remove(hash);
    },
    async consume(messages) {
      checkRunning();
      await rebasing.whenDone();
      checkRunning();
      const handled = inbox.put(messages);
      mail.deliver();
      await handled;
    },
    cursor: inbox.cursor,
    outbox: () => outbox.of(orderer.epoch),
    async seal() {
      checkRunning();
      await rebasing.whenDone();
      checkRunning();
      if (orderer.open === undefined && orderer.cutBlocks.length === 0) return undefined;
      cut();
      return sealQueue.last();
    },
    async hold() {
      checkRunning();
      isHolding = true;
      const hold = ++holds;
      await rebasing.whenDone();
      mail.deliver();
      await returner.whenIdle();
      await legs.whenNone();
      await flush();
      if (hold !== holds || ended !== undefined) return;
      isHeld = true;
      tellPosition();
    },
    release,
    async closeEpoch(epoch) {
      checkRunning();
      await rebasing.whenDone();
      checkRunning();
      const closed = epoch ?? orderer.epoch;
      let stored: Promise<void> | undefined;
      if (closed === orderer.epoch) {
        // Stored before any record of the next epoch, for writes keep their order.
        stored = metadata.put("epoch", closed + 1);
        stored.catch(fail);
        orderer.enterEpoch(closed + 1);
        orderer.cut();
        release();
        onRoom();
      }
      await Promise.all([sealQueue.last(), stored]);
      tellPosition();
      return { epoch: closed, blocks: blocksOfEpoch(store, closed) };
    },
    async rebase(rebase) {
      checkRunning();
      await rebasing.start(rebase);
      checkRunning();
    },
    returning: () => returner.status,
    returningReason: returner.reasonOf,
    giveUp(slot) {
      checkRunning();
      returner.giveUp(slot);
    },
    dropped(hash) {
      if (promises.of(hash) !== undefined || returner.reasonOf(hash) !== undefined) return undefined;
      const reason = drops.of(hash);
      return reason && { code: reason.code, message: reason.message };
    },
    lastDropped: () => drops.ofSession.map(toDrop),
    droppedLegs: () => drops.legs.map(toDrop),
    nextNonce: returner.nextNonce,
    setAllowance(next) {
      allowance = next;
      onRoom();
    },
    fee: () => ({ kind: feeRule.kind, fee: orderer.next.fee }),
    read: orderer.read,
    promised: promises.of,
    preconfirmation(hash) {
      const promised = promises.of(hash);
      return promised && promises.sign([promised])[0];
    },
    unsealed: promises.transaction,
    status() {
      const { block, slot } = orderer.next;
      return {
        epoch: orderer.epoch,
        block,
        slot,
        listed: orderer.listed.deposits + orderer.listed.exits,
        waiting: counts.unanswered,
        unsealed: promises.unsealed,
        inbox: inbox.size,
        accepted: counts.accepted,
        rejected: counts.rejected,
      };
    },
    on: (event, listener) => void emitter.on(event, listener as never),
    off: (event, listener) => void emitter.off(event, listener as never),
    async close() {
      ended ??= "closing";
      timer.stop();
      mail.close();
      changed.wake();
      legs.clear();
      await rebasing.whenDone();
      await returner.whenIdle().catch(() => {});
      await queue.idle();
      legs.clear();
      timer.stop();
      inbox.fail(sequencerClosed());
      await flush().catch(() => {});
      await sealQueue.last().catch(() => {});
      await Promise.all([verifier.close(), sealer.close()]);
    },
  };

  function release(): void {
    holds++;
    isHolding = false;
    isHeld = false;
    changed.wake();
    mail.deliver();
    returner.wake();
    tellPosition();
  }
};

const toDrop = ({ hash, code, message }: Drop): Drop => ({ hash, code, message });
