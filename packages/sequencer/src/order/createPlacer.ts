import { type Field, FrondError } from "@frond/foundation";
import type { BlockSize } from "@frond/protocol";
import type { IncomingMessage } from "@frond/store";
import { messageTooLarge, type SequencerError, transactionTooLarge } from "../errors.ts";
import type { Tip } from "./createTip.ts";
import type { Execution } from "./executeTransaction.ts";
import { listedItems, NO_ITEMS } from "./listedItems.ts";
import {
  applyEffect,
  type Effect,
  largestOf,
  type OpenBlock,
  type PlaceKind,
  shareOf,
  sizeFor,
  type Usage,
  usageWith,
} from "./openBlock.ts";
import type { OrdererDependencies, Tried } from "./types.ts";

/** Something to be executed, in whatever block it gets. */
export type Candidate = {
  /** Executed again for another block: its time is another. */
  execute(block: OpenBlock): Execution;
  /** The message, if it is one. */
  readonly incoming?: IncomingMessage;
  readonly isPromised: boolean;
};

/** Finds places for what is executed. */
export type Placer = {
  /** Executes in a block, and asks whether the result may be. @throws what was refused, and by whom */
  tryOut(block: OpenBlock, candidate: Candidate): Effect;
  /** Applies what a candidate does to the open block, or to a new one if it has no room there. */
  place(candidate: Candidate): { readonly block: OpenBlock; readonly effect: Effect };
  /** The share of the largest block that it takes. @throws SequencerError transaction-too-large, message-too-large */
  shareAlone(effect: Effect, kind: PlaceKind): number;
};

export function createPlacer(dependencies: {
  readonly sizes: readonly BlockSize[];
  readonly tip: Tip;
  readonly check: OrdererDependencies["check"];
  readonly checkOpening: OrdererDependencies["checkOpening"];
  readonly onProduced: OrdererDependencies["onProduced"];
  isReplaying(): boolean;
}): Placer {
  const { sizes, tip, check, checkOpening, onProduced, isReplaying } = dependencies;
  const { state } = tip;

  function tryOut(block: OpenBlock, { execute, incoming, isPromised }: Candidate): Effect {
    const execution = execute(block);
    // What waits for keys waits whether it would fail now or not.
    if (!isReplaying() && !isPromised) check(triedOf(execution, incoming));
    if (!execution.ok) throw execution.error;
    return execution.effect;
  }

  function shareAlone(effect: Effect, kind: PlaceKind): number {
    const exists = (key: Field): boolean => state.read(key) !== undefined;
    const usage = usageWith(tip.next(), effect, { kind, exists });
    if (sizeFor(sizes, usage) === undefined) throw tooLarge(kind, usage);
    return shareOf(usage, largestOf(sizes));
  }

  function place(candidate: Candidate): { readonly block: OpenBlock; readonly effect: Effect } {
    const { incoming, isPromised } = candidate;
    const kind = incoming === undefined ? "transaction" : "message";
    const placeKind = incoming?.forced === undefined ? kind : "forced";
    const afterTime = incoming?.message.time ?? 0;
    const block = state.open !== undefined && state.open.time > afterTime ? state.open : tip.next(afterTime);
    if (isReplaying() && block !== state.open) throw outOfBlock();
    const effect = tryOut(block, candidate);
    const usage = usageWith(block, effect, { kind: placeKind, exists: state.existsBeforeOpenBlock });
    const fits = sizeFor(sizes, usage) !== undefined;
    if (block !== state.open || !fits) {
      // What would not fit an empty block is refused before it can cut this one.
      if (!fits) shareAlone(effect, placeKind);
      if (!isReplaying()) {
        const time = block === state.open ? tip.nextTime(afterTime) : block.time;
        checkOpening({ time, kind, isPromised, touched: effect.touched });
      }
      if (state.open !== undefined) {
        // Only when it is cut is it known what the next block is.
        tip.cut();
        return place(candidate);
      }
      tip.open(block);
    }
    const index = block.produced.length;
    applyEffect(block, effect, usage);
    tip.list(block, itemsOf(effect, incoming));
    if (effect.produced.length > 0) onProduced(block, { messages: effect.produced, index });
    return { block, effect };
  }

  return { tryOut, place, shareAlone };
}

const itemsOf = (effect: Effect, incoming?: IncomingMessage) =>
  listedItems({ consumed: incoming === undefined ? [] : [incoming], produced: effect.produced });

/** What `check` is asked about. */
export function triedOf(execution: Execution, incoming?: IncomingMessage): Tried {
  const kind = incoming === undefined ? "transaction" : "message";
  if (!execution.ok) return { kind, touched: execution.touched, items: NO_ITEMS };
  const { effect } = execution;
  return { kind, touched: effect.touched, effect, items: itemsOf(effect, incoming) };
}

const tooLarge = (kind: PlaceKind, usage: Usage): SequencerError =>
  kind === "transaction" ? transactionTooLarge(usage) : messageTooLarge(usage);

const outOfBlock = () =>
  new FrondError({
    code: "sequencer/record-out-of-block",
    message:
      "The log has a record that no block was opened for. The log is damaged: restore the data directory from a copy.",
  });
