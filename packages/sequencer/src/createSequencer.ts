import { fieldToHex } from "@frond/foundation";
import { createParts, type Parts } from "./createParts.ts";
import { notPrepared, sequencerClosed } from "./errors.ts";
import { simulateCall } from "./order/simulateCall.ts";
import { closeEpoch } from "./seal/closeEpoch.ts";
import type { Drop, Sequencer, SequencerDependencies, SequencerOptions, SequencerStatus } from "./types.ts";

/**
 * Starts a layer's sequencer on a store: does again what was acknowledged and is not sealed, then accepts. A
 * transaction passes admission, the check of its signature (together with those that came meanwhile), its account's
 * rate, order and execution, the log; then it is promised.
 * @throws ReplayError if the log belongs to another program; FeeRuleError
 */
export function createSequencer(options: SequencerOptions, dependencies: SequencerDependencies): Sequencer {
  const parts = createParts(options, dependencies);
  const { emitter, orderer, hold, positions, setBacks } = parts;
  return {
    ...intakeOf(parts),
    ...epochsOf(parts),
    ...setBackOf(parts),
    ...readsOf(parts),
    publicKey: parts.publicKey,
    layerId: parts.layerId,
    get epoch() {
      return orderer.tip.epoch;
    },
    get sealed() {
      return positions.position().sealed;
    },
    get session() {
      return setBacks.session;
    },
    get isHeld() {
      return hold.isHeld;
    },
    on: (event, listener) => void emitter.on(event, listener as never),
    off: (event, listener) => void emitter.off(event, listener as never),
    close: () => close(parts),
  };
}

/**
 * Resolves when no set-back is under way; the sequencer may have ended by then. @throws SequencerError closed, failed
 */
function whenReady({ life, setBacks }: Parts): Promise<void> | undefined {
  life.checkRunning();
  return setBacks.isUnderWay ? setBacks.whenDone() : undefined;
}

function intakeOf(
  parts: Parts,
): Pick<Sequencer, "submit" | "prepare" | "commit" | "abort" | "consume" | "cursor" | "addHolder"> {
  const { life, counts, emitter, bundleLegs, legs, intake, inbox, mail, setBacks } = parts;
  return {
    submit: intake.submit,
    prepare: intake.prepare,
    async commit(hash) {
      life.checkRunning();
      if (setBacks.isUnderWay) throw notPrepared(fieldToHex(hash));
      const { preconfirmation, executed } = await bundleLegs.commit(hash);
      if (executed !== undefined) {
        counts.add("accepted");
        emitter.emit("transaction", preconfirmation, executed);
      }
      return preconfirmation;
    },
    abort(hash) {
      intake.giveUp(notPrepared(fieldToHex(hash)), hash);
      legs.remove(hash);
    },
    async consume(messages) {
      await whenReady(parts);
      life.checkRunning();
      const handled = inbox.put(messages);
      mail.deliver();
      await handled;
    },
    cursor: inbox.cursor,
    addHolder(holder, valuesHash) {
      life.checkRunning();
      return parts.addHolder(holder, valuesHash);
    },
  };
}

function epochsOf(
  parts: Parts,
): Pick<Sequencer, "seal" | "hold" | "release" | "closeEpoch" | "outbox" | "setAllowance" | "setTime"> {
  const { life, hold, orderer, outbox, sealQueue, setBacks, setAllowance, setTime } = parts;
  const { tip } = orderer;
  return {
    async seal() {
      await whenReady(parts);
      life.checkRunning();
      if (tip.state.open === undefined && tip.state.cut.length === 0) return undefined;
      if (!setBacks.isUnderWay) tip.cut();
      return sealQueue.last();
    },
    async hold() {
      life.checkRunning();
      await hold.hold();
    },
    release: hold.release,
    async closeEpoch(epoch, after) {
      await whenReady(parts);
      life.checkRunning();
      return closeEpoch({ epoch: epoch ?? tip.epoch, after: after ?? tip.after }, parts);
    },
    outbox: () => outbox.of(tip.epoch),
    setAllowance,
    setTime,
  };
}

const setBackOf = ({
  life,
  promises,
  drops,
  returner,
  setBacks,
}: Parts): Pick<
  Sequencer,
  "setBack" | "returning" | "returningReason" | "giveUp" | "dropped" | "lastDropped" | "droppedLegs" | "nextNonce"
> => ({
  async setBack(options) {
    life.checkRunning();
    await setBacks.start(options);
    life.checkRunning();
  },
  returning: () => returner.status,
  returningReason: returner.reasonOf,
  giveUp(time) {
    life.checkRunning();
    returner.giveUp(time);
  },
  dropped(hash) {
    if (promises.of(hash) !== undefined || returner.reasonOf(hash) !== undefined) return undefined;
    const reason = drops.of(hash);
    return reason && { code: reason.code, message: reason.message };
  },
  lastDropped: () => drops.ofSession.map(toDrop),
  droppedLegs: () => drops.legs.map(toDrop),
  nextNonce: returner.nextNonce,
});

const toDrop = ({ hash, code, message }: Drop): Drop => ({ hash, code, message });

function readsOf(
  parts: Parts,
): Pick<
  Sequencer,
  "position" | "fee" | "read" | "simulate" | "promised" | "preconfirmation" | "unsealedEvents" | "status"
> {
  const { feeRule, life, positions, orderer, promises, eventFeed } = parts;
  return {
    unsealedEvents: eventFeed.unsealed,
    position: positions.position,
    fee: () => ({ kind: feeRule.kind, fee: orderer.next.fee }),
    read: orderer.tip.state.read,
    simulate(call) {
      life.checkRunning();
      return simulateCall(call, parts);
    },
    promised: promises.of,
    preconfirmation(hash) {
      const promised = promises.of(hash);
      return promised && promises.sign([promised])[0];
    },
    status: () => statusOf(parts),
  };
}

function statusOf({ orderer, counts, promises, inbox, hold, networkTime, headroom }: Parts): SequencerStatus {
  const { block, time } = orderer.next;
  const { epoch, listed, state } = orderer.tip;
  return {
    epoch,
    block,
    // What is sent to a held layer is executed later, when the clock goes again.
    time: hold.isHolding ? Math.max(time, networkTime.now()) : time,
    ahead: state.open === undefined ? headroom.missing(time) : 0,
    listed: listed.deposits + listed.exits,
    waiting: counts.unanswered,
    unsealed: promises.unsealed,
    inbox: inbox.size,
    accepted: counts.accepted,
    rejected: counts.rejected,
  };
}

/** Drains the sequencer, and refuses what would have to wait longer. */
async function close(parts: Parts): Promise<void> {
  const { life, timer, headroom, mail, changed, legs, intake, inbox, setBacks, returner, flush, sealQueue } = parts;
  life.close();
  headroom.stop();
  timer.stop();
  mail.close();
  changed.wake();
  legs.clear();
  await setBacks.whenDone();
  await returner.whenIdle().catch(() => {});
  await intake.idle();
  intake.fail(sequencerClosed());
  legs.clear();
  timer.stop();
  inbox.fail(sequencerClosed());
  await flush().catch(() => {});
  await sealQueue.last().catch(() => {});
  await Promise.all([parts.verifier.close(), parts.sealer.close()]);
}
