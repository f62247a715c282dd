import type { LayerPosition } from "@frond/sequencer";
import type { CoordinatorFrame } from "./frames.ts";
import { nextAbove, type Stream } from "./stream.ts";

/** Where the coordinator wants the layer. */
export type Wanted = Omit<Extract<CoordinatorFrame, { type: "wanted" }>, "type" | "number">;

/** Where a layer is, and what is on its way to the coordinator. */
export type At = LayerPosition & {
  /** The position of the last durable message that may be sent; -1 if there is none. */
  readonly message: number;
  readonly blocks: Stream;
  /** Through which block the layer's committee has signed for all; undefined without a committee. */
  readonly signedThrough?: number | undefined;
  readonly messages: Stream;
  /** The last block is still on its way out of this process. */
  readonly isUploading: boolean;
  /** Of a clock that does not run while the process stands still. */
  readonly nowMilliseconds: number;
};

/** The one thing that a layer does next. */
export type Action =
  /**
   * The layer knows more than the coordinator: the data of one of them is not its own. Nothing can be done but to say
   * so.
   */
  | { readonly kind: "ahead" }
  /** Go back to block `through`, and on from there in `session` and `epoch`, with blocks later than `after`. */
  | {
      readonly kind: "goBack";
      readonly session: number;
      readonly through: number;
      readonly epoch: number;
      readonly after: number;
      readonly time: number;
    }
  /** End epoch `epoch`: its blocks become durable, and what comes next belongs to the next one, later than `after`. */
  | { readonly kind: "closeEpoch"; readonly epoch: number; readonly after: number }
  /** Order no transactions, and wait until what was ordered is durable. */
  | { readonly kind: "hold" }
  | { readonly kind: "release" }
  /** Drop the first returning transaction of a time up to `time` that still fails. */
  | { readonly kind: "giveUp"; readonly time: number }
  /** Send all messages above position `after`. */
  | { readonly kind: "sendMessages"; readonly after: number }
  /** Hand over block `from`; the next one is another action. */
  | { readonly kind: "handOver"; readonly from: number }
  /** The layer is where it is wanted, and the coordinator has what it can have now. */
  | { readonly kind: "rest" };

/** Blocks that are handed over before the coordinator has answered to the first of them. */
const BLOCK_WINDOW = 8;

/**
 * What leads from where a layer is to where it is wanted (ARCHITECTURE.md, "The machine"): the first row that applies.
 * A layer that has missed the end of an epoch is told a greater session and goes back, or, if nothing of it was
 * missing, only closes the epoch after the others. In another session than the wanted one nothing else is done, for all
 * of it would be void.
 */
export function pursue(at: At, wanted: Wanted): Action {
  if (at.session > wanted.session) return { kind: "ahead" };
  if (at.session < wanted.session) {
    const { session, block, epoch, after, time } = wanted;
    return { kind: "goBack", session, through: block, epoch, after, time };
  }
  if (at.epoch < wanted.epoch) return { kind: "closeEpoch", epoch: at.epoch, after: wanted.after };
  if (wanted.isHeld && !at.isHeld) return { kind: "hold" };
  if (!wanted.isHeld && at.isHeld) return { kind: "release" };
  const { failing } = at.returning;
  if (wanted.giveUp !== undefined && failing !== undefined && failing <= wanted.giveUp)
    return { kind: "giveUp", time: wanted.giveUp };
  return nextToGive(at);
}

/** Messages before blocks: others wait for them. */
function nextToGive({
  block,
  signedThrough = block,
  message,
  blocks,
  messages,
  isUploading,
  nowMilliseconds,
}: At): Action {
  const after = nextAbove(messages, { last: message, window: Number.POSITIVE_INFINITY, nowMilliseconds });
  if (after !== undefined) return { kind: "sendMessages", after };
  const before = isUploading
    ? undefined
    : nextAbove(blocks, { last: signedThrough, window: BLOCK_WINDOW, nowMilliseconds });
  if (before !== undefined) return { kind: "handOver", from: before + 1 };
  return { kind: "rest" };
}
