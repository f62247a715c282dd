import type { Sequencer } from "@frond/sequencer";

/** What a link needs of its layer's sequencer. */
export type LinkedSequencer = Pick<
  Sequencer,
  | "session"
  | "position"
  | "epoch"
  | "hold"
  | "release"
  | "closeEpoch"
  | "setBack"
  | "giveUp"
  | "consume"
  | "cursor"
  | "outbox"
  | "droppedLegs"
  | "setAllowance"
  | "setTime"
  | "prepare"
  | "commit"
  | "abort"
  | "status"
  | "fee"
  | "on"
  | "off"
>;
