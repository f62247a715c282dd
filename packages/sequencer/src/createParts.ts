import { EventEmitter } from "node:events";
import { type Field, publicKeyOf, silentLogger } from "@frond/foundation";
import { dataRulesOf } from "@frond/language";
import { addressOf, FIRST_EPOCH, type Holder } from "@frond/protocol";
import type { EnteredEpoch, LogPosition } from "@frond/store";
import { createBundleLegs } from "./bundles/bundleLegs.ts";
import { createPreparedLegs } from "./bundles/preparedLegs.ts";
import { epochBlocksUsed, sequencerFailed, wasSetBack } from "./errors.ts";
import { createAccountRates } from "./intake/accountRates.ts";
import { createCounts } from "./intake/counts.ts";
import { createIntake } from "./intake/createIntake.ts";
import { createEpochQuota } from "./intake/epochQuota.ts";
import { createVerifier } from "./intake/verifySignatures.ts";
import { createHold } from "./life/createHold.ts";
import { createLife } from "./life/createLife.ts";
import { createPositions } from "./life/createPositions.ts";
import { modeOf, type Permissions, permissionsOf } from "./life/modes.ts";
import { replayLog } from "./life/replayLog.ts";
import { defaultLimits } from "./limits.ts";
import { createInbox } from "./messages/inbox.ts";
import { createMail } from "./messages/mail.ts";
import { createOutbox } from "./messages/outbox.ts";
import { addHolder } from "./order/addHolder.ts";
import { blocksFor, checkOpening, mayTransactionOpen, messageDelayFactor } from "./order/blockAllowance.ts";
import { createBlockTimer } from "./order/blockTimer.ts";
import { checkTried, unlimited } from "./order/checkTried.ts";
import { createOrderer } from "./order/createOrderer.ts";
import { validateFeeRule } from "./order/feeRule.ts";
import { createEventFeed } from "./promise/createEventFeed.ts";
import { createLogWriter } from "./promise/logWriter.ts";
import { createPromises } from "./promise/promises.ts";
import { blocksOfEpoch } from "./seal/blocksOfEpoch.ts";
import { createSealer } from "./seal/sealBlock.ts";
import { createSealQueue } from "./seal/sealQueue.ts";
import { createReturner } from "./setBack/createReturner.ts";
import { createSetBacks } from "./setBack/createSetBacks.ts";
import { createDrops } from "./setBack/drops.ts";
import { createSignal } from "./signal.ts";
import { createHeadroom } from "./time/createHeadroom.ts";
import { createNetworkTime } from "./time/createNetworkTime.ts";
import { systemClock } from "./time/systemClock.ts";
import type { Allowance, SequencerDependencies, SequencerEvents, SequencerOptions } from "./types.ts";

const MESSAGE_DELAY_MILLISECONDS = 100;
const PROMISE_MILLISECONDS = 500;

export type Parts = ReturnType<typeof createParts>;

/** Makes the parts of a sequencer, and says which part is told when something happens in another one. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: parts refer to each other; all wires are here.
export function createParts(options: SequencerOptions, dependencies: SequencerDependencies) {
  const { program, layerId, sizes, secret, blockMilliseconds, feeRule = { kind: "free" } } = options;
  const { messageDelayMilliseconds = MESSAGE_DELAY_MILLISECONDS, promiseMilliseconds = PROMISE_MILLISECONDS } = options;
  const { store, clock = systemClock, logger = silentLogger } = dependencies;
  const data = dataRulesOf(program, options.data);
  const { verifier = createVerifier(), sealer = createSealer(store, { secret, data }) } = dependencies;
  validateFeeRule(feeRule, program);
  const { rate, burst, perEpoch } = feeRule.kind === "free" ? (feeRule.quota ?? {}) : {};
  const limits = { ...defaultLimits, ...options.limits };
  const publicKey = publicKeyOf(secret);
  const feeRecipient = addressOf(publicKey);
  const emitter = new EventEmitter<SequencerEvents>();
  const metadata = store.table<number>("metadata");
  const entered = store.table<EnteredEpoch>("metadata");
  const firstSession = metadata.get("session") ?? 0;
  const drops = createDrops(store, firstSession);
  const life = createLife({ onFailed });
  const log = createLogWriter(store, life.fail);
  const promises = createPromises({ layerId, secret }, { store });
  const changed = createSignal();
  const counts = createCounts(limits);
  let allowance: ReturnType<typeof unlimited> = unlimited();
  /** The last record that was replayed, until all are. */
  let replayed: Promise<LogPosition> | undefined = Promise.resolve(0);

  const networkTime = createNetworkTime({ waitMilliseconds: options.timeWaitMilliseconds ?? 0 }, { clock });
  const headroom = createHeadroom({
    clock,
    networkTime,
    after: () => tip.after,
    onRoom() {
      inbox.unblock("time");
      intake.tryAgain();
      goOn();
    },
  });
  const inbox = createInbox({
    maxInbox: limits.maxInbox,
    layerId,
    passed: clock.passed,
    storedCursor: (source) => store.cursor(source),
  });
  const mostConsumed = Math.max(...sizes.map(({ consumed }) => consumed));
  const mostHolders = Math.max(...sizes.map(({ holders = 0 }) => holders));
  const blocksForMail = () => Math.floor(inbox.size / mostConsumed);
  const outbox = createOutbox((outgoing) => emitter.emit("message", outgoing));
  const eventFeed = createEventFeed((events) => emitter.emit("events", events));
  const legs = createPreparedLegs({ clock, onFreed });
  const orderer = createOrderer(
    { program, layerId, sizes, feeRule, feeRecipient },
    {
      store,
      ...(entered.get("epoch") ?? { epoch: FIRST_EPOCH, after: 0 }),
      time: metadata.get("time") ?? 0,
      now: layerTime,
      onHandled: (message, failure) => emitter.emit("handled", message, failure),
      check: (tried) => checkTried(tried, { layerId, legs, allowance, listed: orderer.tip.listed }),
      checkOpening: (opening) =>
        checkOpening(opening, {
          blocks: orderer.tip.blocks,
          forMail: blocksForMail(),
          allowed: allowance.blocks,
          isAhead: headroom.isAhead,
        }),
      onRecord(record) {
        log.add(record);
        if (record.kind !== "transaction") returner.wake();
      },
      onProduced: (block, produced) => (replayed === undefined ? outbox.add : outbox.restore)(block, produced),
      onEmitted: (block, events) => (replayed === undefined ? eventFeed.add : eventFeed.restore)(block, events),
      onOpen(block) {
        timer.start(block);
        if (replayed !== undefined) return;
        if (hold.isHeld) positions.tell();
        // Transactions go into a block that a message has opened, though they may open none.
        changed.wake();
        intake.tryAgain();
      },
      onCut(block, size) {
        timer.stop();
        // Replayed, a block that was not stored is cut where the next one is opened: its last record is the one before.
        sealQueue.add({ block, size, sealedAt: clock.now(), logThrough: replayed ?? flush() });
        mail.deliver();
        if (isOutOfBlocks()) intake.giveUp(epochBlocksUsed(allowance.blocks));
      },
    },
  );
  const { tip } = orderer;
  const sealed = blocksOfEpoch(store, tip.epoch);
  // Not while a leg is promised: in the next block it might fail. A promise does not last long, and once the block is
  // due no further leg is promised.
  const timer = createBlockTimer(
    { blockMilliseconds, first: sealed[0] },
    { clock, now: networkTime.now, mayEnd: () => legs.count === 0 && permissions().timer, end: tip.cut },
  );
  const quota = createEpochQuota({ perEpoch }, { store, epoch: () => tip.epoch });
  const sealQueue = createSealQueue(
    { layerId, feeRecipient },
    {
      sealer,
      onSealed(block, record) {
        store.refresh();
        tip.state.settleOldest();
        promises.sealed(block.hashes);
        eventFeed.sealed(block.number);
        goOn();
        emitter.emit("block", record);
        positions.tell();
      },
      onFailure: life.fail,
    },
  );
  const mail = createMail({
    delayMilliseconds: () => messageDelayMilliseconds * messageDelayFactor(tip.blocks, allowance.blocks),
    inbox,
    orderer,
    clock,
    mayHandle: () => permissions().messages,
    areTransactionsHeld: () => hold.isHolding,
    flush,
    onRefused: (error) => logger.error("A message cannot be consumed", { error: String(error) }),
  });
  const returner = createReturner({
    store,
    orderer,
    promises,
    quota,
    drops,
    session: () => setBacks.session,
    round: () => allowance.round,
    isWaiting: (bundle) => allowance.waitingBundles?.has(bundle) ?? true,
    isFrozen: (bundle) => allowance.frozenBundles?.has(bundle) === true,
    flush,
    async room() {
      while (isBehind()) await changed.wait();
    },
    mayTry: () => permissions().returning,
    onChange: () => positions.tell(),
    onDropped: (calls) => emitter.emit("dropped", calls),
    onFailure: life.fail,
  });
  const intake = createIntake(
    { program, layerId, limits, promiseMilliseconds },
    {
      clock,
      verifier,
      counts,
      rates: createAccountRates({
        accountRate: rate ?? limits.accountRate,
        accountBurst: burst ?? limits.accountBurst,
        maxTrackedAccounts: limits.maxTrackedAccounts,
      }),
      quota,
      orderer,
      promises,
      returner,
      life,
      changed,
      checkBlocks() {
        if (isOutOfBlocks()) throw epochBlocksUsed(allowance.blocks);
      },
      prepareLeg: (transaction, verified, again) => bundleLegs.prepare(transaction, verified, again),
      transactions: () => permissions().transactions,
      flush,
      onAccepted: (preconfirmation, transaction) => emitter.emit("transaction", preconfirmation, transaction),
    },
  );
  const bundleLegs = createBundleLegs(
    { promiseMilliseconds, feeRecipient },
    {
      legs,
      orderer,
      promises,
      quota,
      clock,
      latestTime: headroom.latest,
      checkBlocks(filled) {
        // `mayTransactionOpen` asks for one more than it is told.
        if (!mayOpen(blocksFor(filled) - 1)) throw epochBlocksUsed(allowance.blocks);
      },
      mustDrain: areLegsInTheWay,
      checkTurn: returner.checkTurn,
      isWaitedFor: intake.isWaitedFor,
      flush,
    },
  );
  const hold = createHold({
    now: networkTime.now,
    async drain() {
      await setBacks.whenDone();
      mail.deliver();
      await returner.whenIdle();
      await legs.whenNone();
      await flush();
    },
    onHeld: () => positions.tell(),
    onRelease() {
      goOn();
      positions.tell();
    },
  });
  const setBacks = createSetBacks({
    latestTime: headroom.latest,
    store,
    session: firstSession,
    orderer,
    promises,
    quota,
    returner,
    drops,
    async drain() {
      intake.answer();
      timer.stop();
      mail.close();
      intake.giveUp(wasSetBack());
      legs.clear();
      await flush();
      await sealQueue.last();
    },
    onStart: hold.release,
    forget(epoch, through) {
      inbox.restart(wasSetBack());
      eventFeed.clear();
      emitter.emit("setBack", { session: setBacks.session, through });
      outbox.restart(blocksOfEpoch(store, epoch));
    },
    flush,
    isEnded: () => life.hasEnded,
    onIdle() {
      goOn();
      timer.check();
      positions.tell();
    },
    onFailure: life.fail,
  });
  const positions = createPositions({
    store,
    tip,
    session: () => setBacks.session,
    isHeld: () => hold.isHeld,
    heldTime,
    returning: () => returner.status,
    isSettingBack: () => setBacks.isUnderWay,
    onChange: () => emitter.emit("position"),
  });

  outbox.restart(sealed);
  quota.restart();
  replayLog({
    store,
    orderer,
    promises,
    quota,
    inbox,
    onPosition(position) {
      replayed = Promise.resolve(position);
    },
  });
  log.startAfter(replayed);
  replayed = undefined;
  // The epoch was closed, and the process died before its last block was cut.
  if (tip.state.open !== undefined && tip.state.open.epoch < tip.epoch) tip.cut();
  setBacks.resume();
  positions.tell();

  /**
   * Sends records to the disk. When they are there, messages in them leave; what waits for the disk goes on after that.
   */
  function flush(): Promise<LogPosition> {
    const durable = log.write();
    const outgoing = outbox.take();
    const emitted = eventFeed.take();
    if (outgoing.length > 0 || emitted.length > 0)
      durable.then(
        () => {
          outbox.emit(outgoing);
          eventFeed.tell(emitted);
        },
        () => {},
      );
    return durable;
  }

  function isBehind(): boolean {
    return !life.hasFailed && tip.state.cut.length > limits.maxUnsealedBlocks;
  }

  /** Whether the epoch has blocks for transactions after so many more. */
  function mayOpen(more = 0): boolean {
    return mayTransactionOpen(tip.blocks + blocksForMail() + more, allowance.blocks);
  }

  function isOutOfBlocks(): boolean {
    return tip.state.open === undefined && !mayOpen();
  }

  function permissions(): Permissions {
    const mode = modeOf({
      hasFailed: life.hasFailed,
      isClosing: life.isClosing,
      isReplaying: replayed !== undefined,
      isSettingBack: setBacks.isUnderWay,
      isHolding: hold.isHolding,
    });
    const isAhead = tip.state.open === undefined && headroom.isAhead(tip.nextTime());
    return permissionsOf(mode, { isBehind: isBehind(), isOutOfBlocks: isOutOfBlocks(), isAhead });
  }

  /** At which the clock stands. A network that was set back meanwhile takes the held layer with it. */
  function heldTime(): number | undefined {
    return hold.since === undefined ? undefined : Math.min(hold.since, networkTime.now());
  }

  /**
   * Of a block that is opened now. A held layer's clock stands, so that the coordinator can name the epoch's end. So
   * does that of a layer which has promised a leg: at a later time the leg might fail.
   */
  function layerTime(): number {
    return Math.min(heldTime() ?? networkTime.now(), legs.since ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Whether promised legs keep a block open that is due, or have kept the clock standing for longer than one promise
   * while no block was open. Until these are over no other is promised: the next block begins
   * `promiseMilliseconds` later than without them, at most.
   */
  function areLegsInTheWay(): boolean {
    if (legs.count === 0) return false;
    if (tip.state.open === undefined) return legs.heldMilliseconds >= promiseMilliseconds;
    return timer.isDue && permissions().timer;
  }

  /** Something that others waited for is over. */
  function goOn(): void {
    changed.wake();
    mail.deliver();
    returner.wake();
  }

  /** The epoch has room that it did not have. */
  function onRoom(): void {
    inbox.unblock("list");
    inbox.unblock("blocks");
    intake.tryAgain();
    goOn();
  }

  /** Keys that were locked are free. */
  function onFreed(): void {
    intake.tryAgain();
    inbox.unblock("keys");
    goOn();
    timer.check();
  }

  function onFailed(error: unknown): void {
    logger.error("The sequencer has stopped", { error: String(error) });
    timer.stop();
    headroom.stop();
    mail.close();
    legs.clear();
    intake.fail(sequencerFailed(error));
    inbox.fail(sequencerFailed(error));
    changed.wake();
    emitter.emit("failed", error);
  }

  return {
    store,
    verifier,
    sealer,
    layerId,
    program,
    publicKey,
    feeRule,
    entered,
    emitter,
    life,
    hold,
    positions,
    counts,
    promises,
    drops,
    inbox,
    outbox,
    eventFeed,
    mail,
    legs,
    bundleLegs,
    intake,
    orderer,
    timer,
    networkTime,
    headroom,
    sealQueue,
    returner,
    setBacks,
    changed,
    addHolder: (holder: Holder, valuesHash: Field) =>
      addHolder(tip.state.open, { holder, valuesHash }, { layerId, rules: data, places: mostHolders }),
    flush,
    onRoom,
    setAllowance(next: Allowance): void {
      allowance = next;
      onRoom();
    },
    setTime(time: number): void {
      networkTime.tell(time);
      headroom.check();
      timer.check();
    },
  };
}
