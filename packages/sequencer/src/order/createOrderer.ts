import type { IncomingMessage, KeptEvent } from "@frond/store";
import { createAccountKeys } from "./accountKeys.ts";
import { createCandidates } from "./createCandidates.ts";
import { createPlacer, triedOf } from "./createPlacer.ts";
import { createTip } from "./createTip.ts";
import { keepEvents } from "./keepEvents.ts";
import type { Effect, OpenBlock } from "./openBlock.ts";
import { replayRecord } from "./replayRecord.ts";
import type { Orderer, OrdererDependencies, OrdererOptions } from "./types.ts";

export function createOrderer(options: OrdererOptions, dependencies: OrdererDependencies): Orderer {
  const { program } = options;
  const { store, now, onRecord, onOpen, onCut, onEmitted, onHandled } = dependencies;
  const keyOf = createAccountKeys();
  let isReplaying = false;
  const record: OrdererDependencies["onRecord"] = (made) => {
    if (!isReplaying) onRecord(made);
  };
  function keep(block: OpenBlock, events: readonly KeptEvent[]): void {
    if (events.length === 0) return;
    block.events.push(...events);
    onEmitted(block, events);
  }
  const tip = createTip({
    ...options,
    store,
    now,
    onOpen(block) {
      const { number, time, epoch, fee } = block;
      record({ kind: "open", block: number, time, epoch, fee });
      onOpen(block);
    },
    onCut,
  });
  tip.restart(dependencies);
  const { state } = tip;
  const placer = createPlacer({ ...dependencies, ...options, tip, isReplaying: () => isReplaying });
  const candidates = createCandidates({ ...options, keyOf, read: state.read });

  const orderer: Orderer = {
    tip,
    order(input) {
      const { transaction, hash } = input;
      const { block, effect } = placer.place(candidates.ofTransaction(input));
      const fee = input.fee ?? block.fee;
      block.transactions.push(transaction);
      block.hashes.push(hash);
      block.fees.push(fee);
      keep(block, keepEvents(program, effect, { transaction: hash }));
      record({ kind: "transaction", hash, transaction, fee });
      return { time: block.time, epoch: block.epoch, block: block.number, position: block.hashes.length - 1 };
    },
    probe(input) {
      const { time } = input;
      const block = time === undefined ? (state.open ?? tip.next()) : tip.next(time - 1);
      const effect = placer.tryOut(block, candidates.ofTransaction({ ...input, isPromised: false }));
      const share = placer.shareAlone(effect, "transaction");
      return { ...triedOf({ ok: true, effect }), effect, share, fee: input.fee ?? block.fee, time: block.time };
    },
    get takesMessages() {
      return state.open === undefined || state.open.transactions.length === 0;
    },
    handle(incoming) {
      const { block, effect } = placer.place(candidates.ofMessage(incoming));
      block.incoming.push(judged(incoming, effect));
      const { message, forced } = incoming;
      keep(
        block,
        keepEvents(program, effect, forced === undefined ? { from: message.from } : { transaction: message.payload }),
      );
      record({ kind: "message", incoming });
      if (!isReplaying) onHandled(incoming.message, effect.failure);
    },
    replay(logged) {
      isReplaying = true;
      try {
        return replayRecord(logged, orderer);
      } finally {
        isReplaying = false;
      }
    },
    get next() {
      const { number, time, fee } = state.open ?? tip.next();
      return { block: number, time, fee };
    },
    nonceOf: (address) => Number(state.read(keyOf(address))?.[0] ?? 0n),
  };
  return orderer;
}

/** A message as its block keeps it: with what was wrong with the forced transaction that it demands. */
function judged(incoming: IncomingMessage, { problem }: Effect): IncomingMessage {
  const { forced } = incoming;
  if (forced === undefined) return incoming;
  return { ...incoming, forced: { transaction: forced.transaction, ...(problem !== undefined && { problem }) } };
}
