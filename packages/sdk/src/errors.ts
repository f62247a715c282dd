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

/** Waiting took longer than the caller allows. The transaction may still settle. */
export class SettlementTimeoutError extends FrondError {
  constructor(hash: string, seconds: number, status: string) {
    super({
      code: "sdk/settlement-timeout",
      message: `Transaction ${hash} was still ${status} after ${seconds} seconds. Ask again later with \`settled()\`.`,
      data: { hash, seconds, status },
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
