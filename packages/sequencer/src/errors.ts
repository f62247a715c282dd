import { FrondError } from "@frond/foundation";
import { formatLocation, type SourceLocation } from "@frond/language";
import { formatTime } from "@frond/protocol";

export type SequencerErrorCode =
  | "sequencer/malformed-transaction"
  | "sequencer/wrong-layer"
  | "sequencer/unknown-method"
  | "sequencer/invalid-signature"
  | "sequencer/nonce-too-low"
  | "sequencer/nonce-too-high"
  | "sequencer/expired"
  | "sequencer/execution-failed"
  | "sequencer/transaction-too-large"
  | "sequencer/message-too-large"
  | "sequencer/rate-limited"
  | "sequencer/mempool-full"
  | "sequencer/inbox-full"
  | "sequencer/message-out-of-place"
  | "sequencer/fee-too-low"
  | "sequencer/quota-used"
  | "sequencer/epoch-list-full"
  | "sequencer/epoch-blocks-used"
  | "sequencer/impossible-message"
  | "sequencer/zero-amount"
  | "sequencer/destination-offline"
  | "sequencer/destination-frozen"
  | "sequencer/destination-gone"
  | "sequencer/too-many-exits"
  | "sequencer/returning"
  | "sequencer/bundle-leg"
  | "sequencer/no-bundle-leg"
  | "sequencer/bundle-busy"
  | "sequencer/bundle-frozen"
  | "sequencer/bundle-gone"
  | "sequencer/bundle-waits"
  | "sequencer/not-prepared"
  | "sequencer/simulation-waits"
  | "sequencer/no-holders"
  | "sequencer/entry-not-written"
  | "sequencer/not-held"
  | "sequencer/other-values"
  | "sequencer/wrong-holder"
  | "sequencer/set-back"
  | "sequencer/closed"
  | "sequencer/failed";

/**
 * Whether the same transaction may succeed later: `never`, `later` (after `retryAfter` milliseconds), or only `changed`
 * (signed anew).
 */
export type Retry = "never" | "later" | "changed";

/** Why a transaction was not accepted. Nothing of it had any effect. */
export class SequencerError extends FrondError {
  readonly retry: Retry;

  constructor(input: {
    code: SequencerErrorCode;
    message: string;
    retry: Retry;
    data?: Record<string, unknown>;
    cause?: unknown;
  }) {
    super({
      code: input.code,
      message: input.message,
      data: { ...input.data, retry: input.retry },
      cause: input.cause,
    });
    this.retry = input.retry;
  }
}

export const malformedTransaction = (reason: string): SequencerError =>
  new SequencerError({
    code: "sequencer/malformed-transaction",
    message: `The transaction is malformed: ${reason}. Build it with the client of the application, then sign it.`,
    retry: "changed",
    data: { reason },
  });

export const wrongLayer = (expected: string, actual: string): SequencerError =>
  new SequencerError({
    code: "sequencer/wrong-layer",
    message:
      `The transaction is signed for layer ${actual}, this is layer ${expected}. Send it to the node of its own ` +
      "layer.",
    retry: "never",
    data: { expected, actual },
  });

export const unknownMethod = (method: number, methods: readonly string[]): SequencerError =>
  new SequencerError({
    code: "sequencer/unknown-method",
    message:
      `The application has no method ${method}; it has ` +
      `${methods.map((name, index) => `${index} (${name})`).join(", ")}. Use one of these.`,
    retry: "changed",
    data: { method, methods },
  });

export const invalidSignature = (): SequencerError =>
  new SequencerError({
    code: "sequencer/invalid-signature",
    message: "The signature does not fit the transaction and its public key. Sign exactly what is sent.",
    retry: "changed",
  });

export const noHolders = (): SequencerError =>
  new SequencerError({
    code: "sequencer/no-holders",
    message:
      "No block of this layer takes signatures of owners who hold their entries. Deploy a volition of an application " +
      "whose accounts name a bool `held`, with a block size that has `holders`.",
    retry: "never",
  });

export const entryNotWritten = (key: string): SequencerError =>
  new SequencerError({
    code: "sequencer/entry-not-written",
    message: `The open block does not write the entry ${key}. Sign again when the entry has changed.`,
    retry: "later",
    data: { key },
  });

export const notHeld = (key: string): SequencerError =>
  new SequencerError({
    code: "sequencer/not-held",
    message:
      `The entry ${key} is published or left to the committee whoever holds it. Set both of its bools, for the ` +
      "committee and for its holder, before you sign.",
    retry: "changed",
    data: { key },
  });

export const otherValues = (expected: string, actual: string): SequencerError =>
  new SequencerError({
    code: "sequencer/other-values",
    message:
      `The signature is for values with the hash ${actual}, and those of the entry have ${expected} now. Read the ` +
      "entry again, store it, and sign again.",
    retry: "changed",
    data: { expected, actual },
  });

export const wrongHolder = (): SequencerError =>
  new SequencerError({
    code: "sequencer/wrong-holder",
    message: "The signature is not that of the account's owner for these values. Sign with the account's own key.",
    retry: "changed",
  });

export const nonceTooLow = (expected: number, actual: number): SequencerError =>
  new SequencerError({
    code: "sequencer/nonce-too-low",
    message: `Nonce ${actual} is used up; the account's next nonce is ${expected}. Sign again with nonce ${expected}.`,
    retry: "changed",
    data: { expected, actual },
  });

export const nonceTooHigh = (expected: number, actual: number): SequencerError =>
  new SequencerError({
    code: "sequencer/nonce-too-high",
    message:
      `Nonce ${actual} leaves a gap; the account's next nonce is ${expected}. Send the transactions before this one ` +
      "first, then this one again.",
    retry: "later",
    data: { expected, actual },
  });

export const expired = (time: number, expiry: number): SequencerError =>
  new SequencerError({
    code: "sequencer/expired",
    message:
      `The transaction was valid until ${formatTime(expiry)}, and its block would have the time ` +
      `${formatTime(time)}. Sign again with a later expiry.`,
    retry: "changed",
    data: { time, expiry },
  });

/** `location` is the line of the application that refused, where the program keeps locations. */
export function executionFailed(message: string, location: SourceLocation | undefined): SequencerError {
  const reason = message.replace(/\.$/, "");
  const place = location === undefined ? "" : ` (${formatLocation(location)})`;
  return new SequencerError({
    code: "sequencer/execution-failed",
    message: `The application refused: ${reason}${place}. Read the state again, and change the arguments.`,
    retry: "changed",
    data: { reason: message, ...(location === undefined ? {} : { location }) },
  });
}

export const feeTooLow = (fee: bigint, maxFee: bigint): SequencerError =>
  new SequencerError({
    code: "sequencer/fee-too-low",
    message: `The transaction pays at most ${maxFee}; the fee is ${fee}. Sign again with a maxFee of at least ${fee}.`,
    retry: "changed",
    data: { fee: fee.toString(), maxFee: maxFee.toString() },
  });

export const quotaUsed = (quota: number, epoch: number): SequencerError =>
  new SequencerError({
    code: "sequencer/quota-used",
    message: `The account has used its ${quota} transactions of epoch ${epoch}. Send this one in the next epoch.`,
    retry: "later",
    data: { quota, epoch, retryAfter: 10_000 },
  });

export const epochListFull = (quota: number, needed: number): SequencerError =>
  new SequencerError({
    code: "sequencer/epoch-list-full",
    message:
      `The epoch's list of messages from and to L1 is full: this layer has used its ${quota} places. Send the ` +
      "transaction again in the next epoch.",
    retry: "later",
    data: { quota, needed, retryAfter: 5_000 },
  });

export const tooManyExits = (quota: number, needed: number): SequencerError =>
  new SequencerError({
    code: "sequencer/too-many-exits",
    message:
      `The transaction takes ${needed} places of the epoch's list of messages to L1, and this layer has ${quota}. ` +
      "Sign one that sends fewer at a time.",
    retry: "changed",
    data: { quota, needed },
  });

export const epochBlocksUsed = (blocks: number): SequencerError =>
  new SequencerError({
    code: "sequencer/epoch-blocks-used",
    message:
      `The layer has made the ${blocks} blocks that it may make in this epoch. Send the transaction again in the ` +
      "next epoch.",
    retry: "later",
    data: { blocks, retryAfter: 5_000 },
  });

export const impossibleMessage = (problem: string): SequencerError =>
  new SequencerError({
    code: "sequencer/impossible-message",
    message: `No block with this transaction could settle: ${problem}. Change what the transaction sends.`,
    retry: "changed",
    data: { problem },
  });

export const zeroAmount = (): SequencerError =>
  new SequencerError({
    code: "sequencer/zero-amount",
    message: "The transaction sends nothing to L1, and would take a place of a withdrawal. Send an amount above 0.",
    retry: "changed",
  });

export const returning = (count: number): SequencerError =>
  new SequencerError({
    code: "sequencer/returning",
    message:
      `The layer was set back, and ${count} promised transactions of the account wait to be executed again. ` +
      "Send this one again when they have their places.",
    retry: "later",
    data: { count, retryAfter: 1_000 },
  });

export const destinationOffline = (layerId: string): SequencerError =>
  new SequencerError({
    code: "sequencer/destination-offline",
    message:
      `The transaction sends to layer ${layerId}, which can't be reached now. Send it again when that layer is ` +
      "back.",
    retry: "later",
    data: { layerId, retryAfter: 5_000 },
  });

export const destinationFrozen = (layerId: string): SequencerError =>
  new SequencerError({
    code: "sequencer/destination-frozen",
    message:
      `The transaction sends to layer ${layerId}, which L1 has frozen for ever. Sign another transaction, to another ` +
      "layer; what is on the frozen one leaves it by `frond escape`.",
    retry: "changed",
    data: { layerId },
  });

export const destinationGone = (layerId: string, rounds: number): SequencerError =>
  new SequencerError({
    code: "sequencer/destination-gone",
    message:
      `The transaction sends to layer ${layerId}, which could not be reached for about ${rounds} epochs. ` +
      "Sign another transaction when that layer is back.",
    retry: "changed",
    data: { layerId, rounds },
  });

export const bundleWaits = (): SequencerError =>
  new SequencerError({
    code: "sequencer/bundle-waits",
    message:
      "A layer of the bundle can't be reached now. The leg is executed again by itself when all layers of the bundle " +
      "are back.",
    retry: "later",
    data: { retryAfter: 5_000 },
  });

export const bundleFrozen = (): SequencerError =>
  new SequencerError({
    code: "sequencer/bundle-frozen",
    message: "L1 has frozen a layer of the bundle for ever. Sign another bundle, without that layer.",
    retry: "changed",
    data: {},
  });

export const bundleGone = (rounds: number): SequencerError =>
  new SequencerError({
    code: "sequencer/bundle-gone",
    message:
      `A layer of the bundle could not be reached for about ${rounds} epochs. Sign another bundle when that layer is ` +
      "back.",
    retry: "changed",
    data: { rounds },
  });

export const bundleLeg = (): SequencerError =>
  new SequencerError({
    code: "sequencer/bundle-leg",
    message:
      "The transaction is a leg of a bundle, and a leg by itself can never settle. Send all legs together, as a " +
      "bundle.",
    retry: "never",
  });

export const noBundleLeg = (): SequencerError =>
  new SequencerError({
    code: "sequencer/no-bundle-leg",
    message: "The transaction has no link to other legs, so there is nothing to prepare. Send it by itself.",
    retry: "never",
  });

export const bundleBusy = (): SequencerError =>
  new SequencerError({
    code: "sequencer/bundle-busy",
    message: "Legs of other bundles have locked the keys that this leg touches. Send the bundle again.",
    retry: "later",
    data: { retryAfter: 100 },
  });

export const simulationWaits = (reason: string): SequencerError =>
  new SequencerError({
    code: "sequencer/simulation-waits",
    message: `The call would have to wait now, so that nobody knows what it will find: ${reason}`,
    retry: "later",
    data: { retryAfter: 100 },
  });

export const notPrepared = (hash: string): SequencerError =>
  new SequencerError({
    code: "sequencer/not-prepared",
    message: `The leg ${hash} is not prepared, or its promise has expired. Prepare all legs of the bundle again.`,
    retry: "later",
    data: { hash, retryAfter: 0 },
  });

export const wasSetBack = (): SequencerError =>
  new SequencerError({
    code: "sequencer/set-back",
    message: "The layer is being set back to an earlier block. Send the same message or leg again in a moment.",
    retry: "later",
    data: { retryAfter: 500 },
  });

export const transactionTooLarge = (usage: Record<string, number>): SequencerError =>
  new SequencerError({
    code: "sequencer/transaction-too-large",
    message: "The transaction touches or sends more than the largest block holds. Split it into several.",
    retry: "changed",
    data: { usage },
  });

export const messageTooLarge = (usage: Record<string, number>): SequencerError =>
  new SequencerError({
    code: "sequencer/message-too-large",
    message:
      "A message's handler touches or sends more than the largest block holds. Give the application a larger " +
      "block size.",
    retry: "never",
    data: { usage },
  });

export const rateLimited = (retryAfter: number): SequencerError =>
  new SequencerError({
    code: "sequencer/rate-limited",
    message: `The account sends too fast. Wait ${retryAfter} ms, then send again.`,
    retry: "later",
    data: { retryAfter },
  });

export const mempoolFull = (waiting: number): SequencerError =>
  new SequencerError({
    code: "sequencer/mempool-full",
    message: `${waiting} transactions are waiting. Try again in a second.`,
    retry: "later",
    data: { waiting, retryAfter: 1_000 },
  });

export const sequencerClosed = (): SequencerError =>
  new SequencerError({
    code: "sequencer/closed",
    message: "The sequencer is shutting down. Try again when the node is back.",
    retry: "later",
    data: { retryAfter: 5_000 },
  });

export const sequencerFailed = (cause: unknown): SequencerError =>
  new SequencerError({
    code: "sequencer/failed",
    message: "The sequencer cannot store or seal, and has stopped. Look at the node's log, then restart it.",
    retry: "later",
    data: { retryAfter: 30_000 },
    cause,
  });

export const inboxFull = (waiting: number): SequencerError =>
  new SequencerError({
    code: "sequencer/inbox-full",
    message: `${waiting} messages wait for a block. Give the same messages again in a second.`,
    retry: "later",
    data: { waiting, retryAfter: 1_000 },
  });

export const messageOutOfPlace = (source: string, position: number): SequencerError =>
  new SequencerError({
    code: "sequencer/message-out-of-place",
    message:
      `Message ${position} of ${source} is for another layer, or of a kind that its sender does not send. ` +
      "Give only messages of the layer's own, of the kinds that blocks consume.",
    retry: "never",
    data: { source, position },
  });

/** A fee rule that this layer cannot follow. */
export class FeeRuleError extends FrondError {
  constructor(problem: string, advice: string) {
    super({
      code: "sequencer/fee-rule",
      message: `The fee rule does not work: ${problem}. ${advice}`,
      data: { problem },
    });
  }
}
