import type { AggregateRule } from "@frond/circuits";

/** A rule by which blocks are left out of an epoch: of the aggregate, or of the choice of what settles. */
export type Rule =
  | AggregateRule
  /** The layer is not in the tree on L1, and this epoch has no place for it. */
  | "unregistered"
  /** The layer has no blocks of this size. */
  | "size"
  /** The block can't be proven, or is not tried because its layer rests. */
  | "proof"
  /** The block can't be read: a value has no form that circuits know. */
  | "unreadable"
  /** It consumes a deposit that L1 did not queue, that is used, or that has expired. */
  | "deposit"
  /** Its half of the settlement list is full. */
  | "list"
  /** The data of the epoch is full. */
  | "data-room"
  /** A message has one side only: its other layer had too little time, or vanished, or is left out itself. */
  | "unconsumed"
  | "unproduced";

/**
 * Because of whom a block is left out:
 * - `maker`: the layer that made it. An honest layer never does it: it pays with an offence.
 * - `share`: the layer that made it, which pays if it has used more than it was told.
 * - `turn`: the layer that made it, which has to wait for its turn and pays nothing.
 * - `others`: other layers. Whoever of them broke a rule is left out by that rule.
 */
type Cause = "maker" | "share" | "turn" | "others";

/**
 * Who is the cause, by rule. A block is checked against all that its maker alone decides, and messages are checked
 * before their receivers get them, so the maker broke what is not named as the cause of others here.
 */
export const CAUSES: Readonly<Record<Rule, Cause>> = {
  unconsumed: "others",
  unproduced: "others",
  // Of no asset is there more on L1 than a vault can hold: somebody sent what it does not have.
  "vault-overflow": "others",
  unregistered: "turn",
  "data-room": "turn",
  list: "share",
  bundle: "maker",
  child: "maker",
  claim: "maker",
  committee: "maker",
  config: "maker",
  data: "maker",
  deposit: "maker",
  epoch: "maker",
  freeze: "maker",
  frozen: "maker",
  key: "maker",
  layer: "maker",
  "message-amount": "maker",
  "message-asset": "maker",
  "message-kind": "maker",
  "message-layer": "maker",
  "message-sender": "maker",
  "message-time": "maker",
  messages: "maker",
  proof: "maker",
  recipient: "maker",
  record: "maker",
  "register-index": "maker",
  "register-parent": "maker",
  root: "maker",
  signature: "maker",
  size: "maker",
  state: "maker",
  time: "maker",
  unreadable: "maker",
  upgrade: "maker",
  vault: "maker",
  window: "maker",
};

/** Whether the layer whose block is left out has broken the rule. */
export function isBreach(rule: Rule): boolean {
  return CAUSES[rule] === "maker";
}
