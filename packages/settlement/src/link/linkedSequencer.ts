import type { Field } from "@frond/foundation";
import type { Drop, ReturningStatus, Sequencer } from "@frond/sequencer";

/** What a link needs of its layer's sequencer. */
export type LinkedSequencer = Pick<
  Sequencer,
  | "session"
  | "epoch"
  | "completeEpoch"
  | "isHeld"
  | "hold"
  | "release"
  | "closeEpoch"
  | "rebase"
  | "consume"
  | "cursor"
  | "outbox"
  | "prepare"
  | "commit"
  | "abort"
  | "status"
  | "fee"
> & {
  returning(): ReturningStatus;
  /** Drops the first returning transaction of a slot up to `slot` that fails by itself. */
  giveUp(slot: number): void;
  /** Legs of bundles that were dropped in this session. */
  droppedLegs(): readonly Drop[];
  setAllowance(allowance: {
    readonly reachable: ReadonlySet<Field>;
    readonly blocks: number;
    readonly deposits: number;
    readonly exits: number;
  }): void;
  on: LinkedEvents;
  off: LinkedEvents;
};

type LinkedEvents = {
  (event: "message", listener: (outgoing: ReturnType<Sequencer["outbox"]>[number]) => void): void;
  /** Where the layer is has changed, or what it has dropped. */
  (event: "position" | "dropped", listener: () => void): void;
};
