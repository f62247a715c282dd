import { FrondError } from "@frond/foundation";

/** The node could not be reached, or the connection broke before it answered. A retry makes sense. */
export class TransportError extends FrondError {
  constructor(url: string, reason: string, cause?: unknown) {
    super({
      code: "sdk/transport-failed",
      message: `No answer from ${url}: ${reason}. Check that the network is running (\`frond status\`) and that the address is right.`,
      data: { url, reason },
      cause,
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

/** The node's answer does not have the shape that the protocol gives it. */
export class UnexpectedAnswerError extends FrondError {
  constructor(method: string, reason: string) {
    super({
      code: "sdk/unexpected-answer",
      message: `The answer to ${method} is not what the protocol says: ${reason}. Check that client and node have the same version.`,
      data: { method, reason },
    });
  }
}

/** A preconfirmation that the layer's sequencer did not sign, or that is about another transaction. */
export class PreconfirmationError extends FrondError {
  constructor(hash: string, reason: string) {
    super({
      code: "sdk/preconfirmation-invalid",
      message: `The preconfirmation of transaction ${hash} does not hold: ${reason}. Do not rely on it; ask another node of the layer.`,
      data: { hash, reason },
    });
  }
}

/** The application of the node is not the one that the client was made for. */
export class ApplicationMismatchError extends FrondError {
  constructor(expected: string, actual: string) {
    super({
      code: "sdk/application-mismatch",
      message: `The node runs the application ${actual}, not ${expected}. Connect to a node of ${expected}.`,
      data: { expected, actual },
    });
  }
}

/** The node runs the application, but on another layer than the network says. */
export class LayerMismatchError extends FrondError {
  constructor(name: string, data: { url: string; expected: string; actual: string }) {
    super({
      code: "sdk/layer-mismatch",
      message: `The node at ${data.url} runs the layer ${data.actual}, but ${name} is ${data.expected}. Ask another coordinator, or start the layer's own node.`,
      data: { name, ...data },
    });
  }
}

/** The network has no layer of this name, or it cannot be reached now. */
export class UnknownLayerError extends FrondError {
  constructor(name: string, known: readonly string[], problem = `There is no layer ${name}`) {
    super({
      code: "sdk/unknown-layer",
      message: `${problem}. The network has ${known.length === 0 ? "none yet" : known.join(", ")}: use one of them, or start its node.`,
      data: { name, known },
    });
  }
}

/** Waiting took longer than the caller allows. What was waited for may still settle. */
export class SettlementTimeoutError extends FrondError {
  constructor(what: string, seconds: number, status: string) {
    super({
      code: "sdk/settlement-timeout",
      message: `${what} was still ${status} after ${seconds} seconds. Ask again later with \`settled()\`.`,
      data: { what, seconds, status },
    });
  }
}

/** The layer took its promise back: the transaction is in no block, and had no effect. `reason` is what the layer says. */
export class TransactionDroppedError extends FrondError {
  constructor(
    hash: string,
    { code = "unknown", message }: { code?: string | undefined; message?: string | undefined },
  ) {
    super({
      code: "sdk/transaction-dropped",
      message: `Transaction ${hash} was dropped: ${message ?? "the layer does not say why."} Read the state again, and send it anew if it still makes sense.`,
      data: { hash, code, reason: message },
    });
  }
}

/** A call would send money to L1 to somebody that is not there: only an Ethereum address is paid. */
export class RecipientError extends FrondError {
  constructor(method: string, argument: string, value: string) {
    super({
      code: "sdk/recipient",
      message: `The argument ${argument} of ${method} is ${value}, which has more than 160 bits: it is not an Ethereum address, and L1 pays no other. Give 0x and 40 hex digits.`,
      data: { method, argument, value },
    });
  }
}

/** What is known of a leg that failed: which, from 0, its layer's name, and the layer's own stable code (`sequencer/execution-failed`) and reason. */
export type BundleFailure = {
  readonly leg: number;
  readonly layer: string;
  readonly code: string;
  readonly reason: string;
};

/** A bundle did not happen, on none of its layers: one leg could not be executed. `code` is the layer's own. */
export class BundleFailedError extends FrondError {
  readonly leg: number;
  readonly layer: string;
  readonly reason: string;
  constructor(failure: BundleFailure, cause?: unknown) {
    const { leg, layer, code, reason } = failure;
    super({
      code,
      message: `Leg ${leg} of the bundle, on layer ${layer}, failed: ${reason} No leg happened; change that one, or send the bundle again.`,
      data: failure,
      cause,
    });
    this.leg = leg;
    this.layer = layer;
    this.reason = reason;
  }
}

/** The connection broke before the coordinator answered: the bundle happened as a whole or not at all, and it is not known which. */
export class BundleUncertainError extends FrondError {
  constructor(id: string, cause: unknown) {
    super({
      code: "sdk/bundle-uncertain",
      message: `The coordinator did not say whether bundle ${id} was executed. Ask it again with \`network.getBundle(id)\`.`,
      data: { id },
      cause,
    });
  }
}

/** The client needs an Ethereum wallet for what was asked. */
export class WalletRequiredError extends FrondError {
  constructor(action: string) {
    super({
      code: "sdk/wallet-required",
      message: `To ${action} the client needs an Ethereum wallet. Pass \`wallet\` and \`l1\` to createClient.`,
      data: { action },
    });
  }
}
