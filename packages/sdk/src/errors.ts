import { type Field, FrondError, fieldToHex } from "@frond/foundation";

/** The node could not be reached, or the connection broke before the answer. A retry makes sense. */
export class TransportError extends FrondError {
  constructor(url: string, reason: string, cause?: unknown) {
    super({
      code: "sdk/transport-failed",
      message:
        `No answer from ${url}: ${reason}. ` +
        "Check that the network is running (`frond status`) and that the address is right.",
      data: { url, reason },
      cause,
    });
  }
}

/** More calls wait for their answers than a connection holds. A retry makes sense once some are answered. */
export class TooManyCallsError extends FrondError {
  constructor(url: string, waiting: number) {
    super({
      code: "sdk/too-many-calls",
      message: `${waiting} calls to ${url} wait for their answers. Wait for some of them before you make more.`,
      data: { url, waiting },
    });
  }
}

/** The node answered with an error. `code` is the node's own stable code, for example `sequencer/nonce-too-low`. */
export class RpcError extends FrondError {
  readonly rpcCode: number;
  constructor(fields: { rpcCode: number; code: string; message: string; data: Record<string, unknown> }) {
    super({ code: fields.code, message: fields.message, data: fields.data });
    this.rpcCode = fields.rpcCode;
  }
}

/** The node's answer does not have the shape that the protocol prescribes. */
export class UnexpectedAnswerError extends FrondError {
  constructor(method: string, reason: string) {
    super({
      code: "sdk/unexpected-answer",
      message:
        `The answer to ${method} is not what the protocol says: ${reason}. ` +
        "Check that client and node have the same version.",
      data: { method, reason },
    });
  }
}

/** The layer's sequencer did not sign this preconfirmation, or the preconfirmation covers another transaction. */
export class PreconfirmationError extends FrondError {
  constructor(hash: string, reason: string) {
    super({
      code: "sdk/preconfirmation-invalid",
      message:
        `The preconfirmation of transaction ${hash} does not hold: ${reason}. ` +
        "Do not rely on the preconfirmation; ask another node of the layer.",
      data: { hash, reason },
    });
  }
}

/** The node runs another application than the client's. */
export class ApplicationMismatchError extends FrondError {
  constructor(expected: string, actual: string) {
    super({
      code: "sdk/application-mismatch",
      message: `The node runs the application ${actual}, not ${expected}. Connect to a node of ${expected}.`,
      data: { expected, actual },
    });
  }
}

/** The layer did not begin empty: whoever registered it wrote balances into its first state. */
export class GenesisMismatchError extends FrondError {
  constructor(application: string, actual: Field) {
    super({
      code: "sdk/genesis-mismatch",
      message:
        `The layer began with another state than that of the application ${application}: whoever registered it may ` +
        "have given balances to anybody. Use another layer.",
      data: { application, actual: fieldToHex(actual) },
    });
  }
}

/** The node runs the client's application on another layer than the network lists. */
export class LayerMismatchError extends FrondError {
  constructor(name: string, data: { url: string; expected: string; actual: string }) {
    super({
      code: "sdk/layer-mismatch",
      message:
        `The node at ${data.url} runs the layer ${data.actual}, but ${name} is ${data.expected}. ` +
        "Ask another coordinator, or start the layer's own node.",
      data: { name, ...data },
    });
  }
}

/** The network has no layer of this name, or the layer can't be reached now. */
export class UnknownLayerError extends FrondError {
  constructor(name: string, known: readonly string[], problem = `There is no layer ${name}`) {
    super({
      code: "sdk/unknown-layer",
      message:
        `${problem}. The network has ${known.length === 0 ? "none yet" : known.join(", ")}: ` +
        "use one of them, or start its node.",
      data: { name, known },
    });
  }
}

/** The wait exceeded the caller's timeout. The transaction or bundle may still settle later. */
export class SettlementTimeoutError extends FrondError {
  constructor(what: string, seconds: number, status: string) {
    super({
      code: "sdk/settlement-timeout",
      message: `${what} was still ${status} after ${seconds} seconds. Ask again later with \`settled()\`.`,
      data: { what, seconds, status },
    });
  }
}

/**
 * The layer withdrew its promise: the transaction is in no block and had no effect. `reason` is the layer's
 * explanation.
 */
export class TransactionDroppedError extends FrondError {
  constructor(
    hash: string,
    { code = "unknown", message }: { code?: string | undefined; message?: string | undefined },
  ) {
    super({
      code: "sdk/transaction-dropped",
      message:
        `Transaction ${hash} was dropped: ${message ?? "the layer does not say why."} ` +
        "Read the state again, and send a new transaction if the call still makes sense.",
      data: { hash, code, reason: message },
    });
  }
}

/**
 * A failed leg: its index from 0, the name of its layer, and the layer's stable code (`sequencer/execution-failed`) and
 * reason.
 */
export type BundleFailure = {
  readonly leg: number;
  readonly layer: string;
  readonly code: string;
  readonly reason: string;
};

/** One leg could not be executed, so the bundle was executed on none of its layers. `code` is the layer's own code. */
export class BundleFailedError extends FrondError {
  readonly leg: number;
  readonly layer: string;
  readonly reason: string;
  constructor(failure: BundleFailure, cause?: unknown) {
    const { leg, layer, code, reason } = failure;
    super({
      code,
      message:
        `Leg ${leg} of the bundle, on layer ${layer}, failed: ${reason} ` +
        "No leg was executed; change the failed leg, or send the bundle again.",
      data: failure,
      cause,
    });
    this.leg = leg;
    this.layer = layer;
    this.reason = reason;
  }
}

/**
 * The connection broke before the coordinator answered. The bundle was executed completely or not at all; the client
 * does not know which.
 */
export class BundleUncertainError extends FrondError {
  constructor(id: string, cause: unknown) {
    super({
      code: "sdk/bundle-uncertain",
      message:
        `The coordinator did not say whether bundle ${id} was executed. ` +
        "Ask the coordinator again with `network.getBundle(id)`.",
      data: { id },
      cause,
    });
  }
}

/** L1 would take the deposit, and no layer would ever get it. */
export class LayerNotInNetworkError extends FrondError {
  constructor(data: { layer: string; reason: string }) {
    super({
      code: "sdk/layer-not-in-network",
      message:
        `A deposit to layer ${data.layer} would not arrive: ${data.reason}. Nothing was sent. ` +
        "Deposit to a layer that `frond layer list` shows.",
      data,
    });
  }
}

/** The requested action needs an Ethereum wallet. */
export class WalletRequiredError extends FrondError {
  constructor(action: string) {
    super({
      code: "sdk/wallet-required",
      message: `To ${action} the client needs an Ethereum wallet. Pass \`wallet\` and \`l1\` to createClient.`,
      data: { action },
    });
  }
}

/** The wallet gave the page no account. */
export class NoAccountError extends FrondError {
  constructor() {
    super({
      code: "sdk/no-account",
      message: "The wallet gave this page no account. Unlock the wallet, choose an account, and connect again.",
    });
  }
}

/** The wallet signs the same message in two ways, so that no key can be derived from its signatures. */
export class WalletNotDeterministicError extends FrondError {
  constructor() {
    super({
      code: "sdk/wallet-not-deterministic",
      message:
        "The wallet signed one message twice, and the signatures differ: each session would have another account. " +
        "Use a wallet with deterministic signatures (RFC 6979), or keep a key of your own and pass it as `secret`.",
    });
  }
}

/** The wallet, or the address of L1, is of another chain than the network. */
export class ChainMismatchError extends FrondError {
  constructor(data: { what: string; expected: string; actual: string }) {
    super({
      code: "sdk/chain-mismatch",
      message:
        `${data.what} is of chain ${data.actual}, and the network is on chain ${data.expected}. Nothing was sent: ` +
        "on another chain nobody may have the contract's address, and what is sent there would be lost. " +
        `Switch to chain ${data.expected}, then try again.`,
      data,
    });
  }
}

/** The wallet's signature is not that of the wallet's account. */
export class SignatureOfOtherError extends FrondError {
  constructor(data: { expected: string; actual: string }) {
    super({
      code: "sdk/signature-of-other",
      message:
        `The wallet signed for ${data.actual}, not for its account ${data.expected}, as contract wallets do, and ` +
        "wallets in which another account is chosen: the layer key could not be derived again by that account. " +
        "Choose the account in the wallet; or make a layer key, keep it, and pass it as `secret`.",
      data,
    });
  }
}
