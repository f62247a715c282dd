import { FrondError, fieldToHex } from "@frond/foundation";

/**
 * The root on L1 differs from the root that the epoch's blocks lead to: the data directory and the chain do not belong
 * together.
 */
export class RootMismatchError extends FrondError {
  constructor(data: { epoch: number; expected: string; actual: string }) {
    super({
      code: "settlement/root-mismatch",
      message:
        `After epoch ${data.epoch} L1 holds the root ${data.actual}, but the blocks of this node lead to ${data.expected}. ` +
        "Use the data directory that belongs to this chain, or correct the RPC address of L1 (--l1).",
      data,
    });
  }
}

/** L1 has undone epochs that had settled, and what settled them is not kept here any more. */
export class ChainWentBackError extends FrondError {
  constructor(data: { settled: number; onLayerOne: number }) {
    super({
      code: "settlement/chain-went-back",
      message:
        `This node saw epoch ${data.settled} settle, but L1 has settled only ${data.onLayerOne}: it has undone blocks ` +
        "that it had called final, and the transactions that settled these epochs are not kept here. " +
        "Keep the data directory, which all deposits depend on. If the RPC address (--l1) leads to another chain, or " +
        "to a node that is behind, correct it; if L1 has lost its data, restore that.",
      data,
    });
  }
}

/** A reorganisation of L1 has undone a deposit that an epoch used, and nobody has made it again. */
export class DepositGoneError extends FrondError {
  constructor({
    epoch,
    deposit,
    layer,
    recipient,
  }: { epoch: number; deposit: number; layer: bigint; recipient: bigint }) {
    super({
      code: "settlement/deposit-gone",
      message:
        `A reorganisation of L1 has undone deposit ${deposit}, which epoch ${epoch} used. The epoch settles as soon as ` +
        "L1 has that deposit again: have the depositor send the same transaction again.",
      data: { epoch, deposit, layer: fieldToHex(layer), recipient: fieldToHex(recipient) },
    });
  }
}

/** Another account's transaction settled an epoch while this one's waited. */
export class EpochTakenError extends FrondError {
  constructor(data: { epoch: number }) {
    super({
      code: "settlement/epoch-taken",
      message: `Somebody else settled epoch ${data.epoch} first. Nothing is to be done: L1 is read again.`,
      data,
    });
  }
}

/** L1 will never accept what was proven of an epoch, though the epoch is the next one. */
export class EpochRefusedError extends FrondError {
  constructor(data: { epoch: number; refusal: string }, cause: unknown) {
    super({
      code: "settlement/epoch-refused",
      message:
        `L1 refuses what was proven of epoch ${data.epoch}, and will refuse it later too (${data.refusal}). ` +
        "The epoch is opened again and its blocks are made again; nothing is to be done.",
      data,
      cause,
    });
  }
}

/** The deployment has ended: no epoch settles any more. */
export class DeploymentRetiredError extends FrondError {
  constructor(data: { epoch: number }, cause: unknown) {
    super({
      code: "settlement/retired",
      message:
        `The deployment was retired on L1, so epoch ${data.epoch} can't settle, nor any after it. ` +
        "Everybody leaves with `frond escape`; stop this process.",
      data,
      cause,
    });
  }
}

/** L1 is at an epoch that this coordinator did not submit: another one settles the same tree. */
export class EpochUnknownError extends FrondError {
  constructor(data: { onLayerOne: number; settled: number }) {
    super({
      code: "settlement/epoch-unknown",
      message:
        `L1 has settled epoch ${data.onLayerOne}, but this coordinator submitted no epoch after ${data.settled}. ` +
        "Another coordinator settles this tree: stop it, or run this one on its data.",
      data,
    });
  }
}

/** An epoch on L1 can't be read. */
export class EpochUnreadableError extends FrondError {
  constructor(data: { epoch: number; problem: string }) {
    super({
      code: "settlement/epoch-unreadable",
      message: `Epoch ${data.epoch} can't be read from L1: ${data.problem}. Name another node of L1 with --l1.`,
      data,
    });
  }
}

/** The epoch before, which somebody else settled, ended at another time than L1 said first: it was reorganised. */
export class WindowMovedError extends FrondError {
  constructor(data: { epoch: number; after: number; settledUntil: number }) {
    super({
      code: "settlement/window-moved",
      message:
        `Epoch ${data.epoch} was proven to begin after ${data.after}, but on L1 the epochs before end at ` +
        `${data.settledUntil}. Its blocks are made again; nothing is to be done.`,
      data,
    });
  }
}

/** No attempt can prove this: the inputs don't satisfy the circuit, or what was made does not verify. */
export class UnprovableError extends FrondError {
  constructor(data: { what: string; reason: string }, cause?: unknown) {
    super({
      code: "settlement/unprovable",
      message: `The ${data.what} can't be proven: ${data.reason}. Its layer is left out of the epoch; look at what its sequencer made.`,
      data,
      cause,
    });
  }
}

/** A bundle was not taken: nothing of it happened. `leg` counts from 0. */
export class BundleFailedError extends FrondError {
  readonly retry: boolean;
  constructor(data: { leg: number; layer: string; code: string; reason: string; retry: boolean }) {
    const { retry, ...rest } = data;
    super({
      code: "settlement/bundle-failed",
      message: `Leg ${data.leg} of the bundle, on layer ${data.layer}, failed: ${data.reason} No leg was executed. ${retry ? "Send the bundle again." : "Change that leg, then sign the bundle again."}`,
      // Over RPC `code` is this error's own.
      data: { ...rest, legCode: data.code },
    });
    this.retry = retry;
  }
}

/** A bundle that was executed before was sent again. Nothing happened now. */
export class BundleExecutedError extends FrondError {
  constructor({ id, what }: { id: string; what: string }) {
    super({
      code: "settlement/bundle-executed",
      message:
        `Bundle ${id} was executed before: ${what}. Nothing of the bundle was executed again. ` +
        "Ask the coordinator what became of the bundle (frond_getBundle), or a layer what became of its leg " +
        "(frond_getTransaction).",
      data: { id, what },
    });
  }
}

/** A layer asks to be registered in a way that the tree can't take. */
export class RegistrationError extends FrondError {
  constructor(data: { name: string; problem: string; advice: string }) {
    super({
      code: "settlement/registration",
      message: `The layer ${data.name} can't be registered: ${data.problem}. ${data.advice}`,
      data,
    });
  }
}

/** A layer can't become what it was asked to become. */
export class UpgradeError extends FrondError {
  constructor(data: { name: string; problem: string; advice: string }) {
    super({
      code: "settlement/upgrade",
      message: `The layer ${data.name} can't be upgraded: ${data.problem}. ${data.advice}`,
      data,
    });
  }
}

/**
 * The owner of a layer has not announced what it is to become, or L1 has not confirmed the announcement yet. A retry
 * may help.
 */
export class UpgradeNotAnnouncedError extends FrondError {
  constructor(data: { name: string; owner: string }) {
    super({
      code: "settlement/upgrade-not-announced",
      message: `The layer ${data.name} can't be upgraded: its owner ${data.owner} has not announced this configuration on L1. Announce it from that account with \`frond layer upgrade\`, or wait until L1 has confirmed that.`,
      data,
    });
  }
}

/** More items than the settlement list holds. */
export class ListFullError extends FrondError {
  constructor(data: { epoch: number; items: number; capacity: number }) {
    super({
      code: "settlement/list-full",
      message:
        `Epoch ${data.epoch} has ${data.items} deposits and withdrawals; an epoch settles ${data.capacity} at most. ` +
        "Lower the number of messages a block may carry, or end epochs earlier.",
      data,
    });
  }
}

/** The data that L1 would be asked to accept does not follow from the epoch: nothing was sent. */
export class StatementMismatchError extends FrondError {
  constructor(data: { what: string; expected: string; actual: string }) {
    super({
      code: "settlement/statement-mismatch",
      message:
        `The ${data.what} of the proof is ${data.actual}, but the epoch gives ${data.expected}. ` +
        "Nothing was submitted; report this with the node's log, it is a defect.",
      data,
    });
  }
}
