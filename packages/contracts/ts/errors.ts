import { FrondError } from "@frond/foundation";

/** The compiler refuses a Solidity source. `data` holds the compiler's messages. */
export class SolidityCompileError extends FrondError {
  constructor(messages: readonly string[]) {
    super({
      code: "contracts/compile",
      message:
        `The Solidity compiler refused the sources: ${messages[0] ?? "no message"} ` +
        "Correct the named source, then run the command again.",
      data: { messages },
    });
  }
}

/** A development reference string was used on a chain that is not local. */
export class DevelopmentReferenceStringError extends FrondError {
  constructor(chainId: number) {
    super({
      code: "contracts/development-reference-string",
      message:
        `Chain ${chainId} is not a local chain, and the secret of the development reference string is public: ` +
        "anybody could forge proofs there. " +
        "Nothing was sent. Use the ignition reference string (--crs ignition), or a local chain (id 31337 or 1337).",
      data: { chainId },
    });
  }
}

/**
 * The contract's address differs from the predicted address, because the deploying account sent another transaction.
 */
export class DeploymentAddressError extends FrondError {
  constructor(data: { expected: string; actual: string }) {
    super({
      code: "contracts/deployment-address",
      message:
        `Settlement was expected at ${data.expected} but is at ${data.actual}: ` +
        "the deploying account sent other transactions meanwhile. " +
        "The genesis root does not fit that address; deploy again with an account that sends no other transactions.",
      data,
    });
  }
}

/** A transaction was mined and reverted. */
export class TransactionRevertedError extends FrondError {
  constructor(data: { action: string; hash: string }) {
    super({
      code: "contracts/reverted",
      message:
        `The transaction ${data.hash} (${data.action}) was mined and reverted. ` +
        "Simulate the same call at the present block to see the reason.",
      data,
    });
  }
}

/** Another transaction, which does something else, has used the nonce: wallets cancel a transaction so. */
export class TransactionReplacedError extends FrondError {
  constructor(data: { hash: string; replacement: string }) {
    super({
      code: "contracts/replaced",
      message:
        `The wallet has replaced the transaction ${data.hash} by ${data.replacement}, which does something else: ` +
        "nothing of the first one has happened. Send it again if it is still wanted.",
      data,
    });
  }
}

/** The account holds less of an asset on L1 than it was to deposit. Nothing was deposited. */
export class BalanceTooSmallError extends FrondError {
  constructor(data: { account: string; asset: string; amount: string; balance: string }) {
    super({
      code: "contracts/balance-too-small",
      message:
        `The account ${data.account} has ${data.balance} of ${data.asset} on L1 in the smallest unit, less than the ` +
        `${data.amount} to be deposited. Nothing was deposited. Deposit less, or send the account more.`,
      data,
    });
  }
}

/** L1 does not know the layer yet. */
export class LayerNotRegisteredError extends FrondError {
  constructor(data: { layer: string }, cause: unknown) {
    super({
      code: "contracts/layer-not-registered",
      message:
        `L1 does not know the layer ${data.layer}, so nothing can be sent to it yet. Nothing was sent. ` +
        "An epoch of its network registers it: try again when `frond layer list` shows that it is registered.",
      data,
      cause,
    });
  }
}

/** The layer is frozen, or its freeze was demanded. */
export class LayerFrozenError extends FrondError {
  constructor(data: { layer: string }, cause: unknown) {
    super({
      code: "contracts/layer-frozen",
      message:
        `The layer ${data.layer} is frozen, or its freeze was demanded: it takes nothing any more. Nothing was sent. ` +
        "Take what you have there to L1 by `frond escape`, and use another layer.",
      data,
      cause,
    });
  }
}

/** Nobody has registered the token, so no layer can hold it. */
export class TokenNotRegisteredError extends FrondError {
  constructor(data: { token: string; price: string }) {
    super({
      code: "contracts/token-not-registered",
      message:
        `The token ${data.token} has no number on this network, so no layer can hold it. Nothing was sent. ` +
        `Register the token, which costs ${data.price} wei at present, or deposit another.`,
      data,
    });
  }
}

/** A token does not do what it was asked for, although it does not revert. */
export class TokenRefusedError extends FrondError {
  constructor(data: { token: string; action: string; reason: string }) {
    super({
      code: "contracts/token-refused",
      message:
        `The token ${data.token} refuses ${data.action}: ${data.reason}. ` +
        "Check with the token's issuer whether the token is paused, or whether the account is blocked.",
      data,
    });
  }
}

/** There is less of a token than is owed of it, so a claim is worth less than its amount. */
export class TokenShrankError extends FrondError {
  constructor(data: { asset: string; minimum: string; worth: string }) {
    super({
      code: "contracts/token-shrank",
      message:
        `There is less of asset ${data.asset} on L1 than is owed of it: the claim is worth ${data.worth}, ` +
        `and at least ${data.minimum} is wanted. Nothing was claimed. Wait until the token has recovered, ` +
        `or accept the loss with a minimum of ${data.worth} (\`frond claim --minimum\`).`,
      data,
    });
  }
}

/** The layer of a deposit still has time to take it. */
export class DepositNotExpiredError extends FrondError {
  constructor(data: { id: string; expiry: string; settledUntil: string }) {
    super({
      code: "contracts/deposit-not-expired",
      message:
        `Deposit ${data.id} can be taken back when an epoch has settled that goes until ${data.expiry} or later. ` +
        `The settled epochs go until ${data.settledUntil}. Try again then.`,
      data,
    });
  }
}

/** A transaction holds no deposit to this network. */
export class DepositUnknownError extends FrondError {
  constructor(data: { transaction: string; settlement: string }) {
    super({
      code: "contracts/deposit-unknown",
      message:
        `The transaction ${data.transaction} made no deposit to ${data.settlement} that waits: the deposit was used or ` +
        "taken back, or there was none. Give the hash of the L1 transaction that `frond deposit` printed.",
      data,
    });
  }
}

/** The block of a deployment has no event of the tree that it began with. */
export class GenesisMissingError extends FrondError {
  constructor(data: { settlement: string; block: string }) {
    super({
      code: "contracts/genesis-missing",
      message:
        `L1 has no event of ${data.settlement} in block ${data.block} that says with which tree it began. ` +
        "Check the contract's address and the block of its creation, and that L1's node keeps old events.",
      data,
    });
  }
}

/** The anvil binary is missing, or anvil did not start. `data` holds anvil's output. */
export class AnvilError extends FrondError {
  constructor(problem: string, data: Record<string, unknown>, cause?: unknown) {
    super({
      code: "contracts/anvil",
      message: `${problem} Run \`npm ci\` to restore @foundry-rs/anvil, check that the port is free, then start again.`,
      data,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** The log of the local L1 does not lead to the state that its blocks had. */
export class LocalChainError extends FrondError {
  constructor(data: { log: string; block: number }) {
    super({
      code: "contracts/local-chain",
      message:
        `Block ${data.block} of the local L1 can't be made again from ${data.log}: a block before it is missing, or ` +
        "something else than transactions has changed its state. Delete that file to go on from the last whole state.",
      data,
    });
  }
}

export type LayerOneAnswer = {
  readonly url: string;
  readonly method: string;
  readonly came: string;
  /** Of HTTP, if an answer came at all. */
  readonly status: number | undefined;
};

/** The RPC server of L1 gave no answer that can be used. A retry may help. */
export class LayerOneAnswerError extends FrondError {
  constructor({ url, method, came, status }: LayerOneAnswer, cause?: unknown) {
    super({
      code: "contracts/l1-answer",
      message:
        `L1 at ${url} did not answer ${method} as it should: ${came}. ` +
        "Check that the address is that of an Ethereum JSON-RPC server, and the limits of its provider; then try again.",
      data: { url, method, came, ...(status === undefined ? {} : { status }) },
      cause,
    });
  }
}

/** L1 has deposits that its answer left out. A retry may help. */
export class DepositsMissingError extends FrondError {
  constructor(data: { deposit: number; from: number; to: number }) {
    super({
      code: "contracts/deposits-missing",
      message:
        `L1 left deposit ${data.deposit} out of its events of the blocks from ${data.from} to ${data.to}: ` +
        "its node is behind, or its index of events has a hole. They are read again. " +
        "If this goes on, name another provider (--l1).",
      data,
    });
  }
}

/** L1 has forced transactions that its answer left out. A retry may help. */
export class ForcedMissingError extends FrondError {
  constructor(data: { forced: number; from: number; to: number }) {
    super({
      code: "contracts/forced-missing",
      message:
        `L1 left forced transaction ${data.forced} out of its events of the blocks from ${data.from} to ${data.to}: ` +
        "its node is behind, or its index of events has a hole. They are read again. " +
        "If this goes on, name another provider (--l1).",
      data,
    });
  }
}

/** L1 has epochs that its answer left out. A retry may help. */
export class EpochsMissingError extends FrondError {
  constructor(data: { epoch: number; from: number; to: number }) {
    super({
      code: "contracts/epochs-missing",
      message:
        `L1 left epoch ${data.epoch} out of its events of the blocks from ${data.from} to ${data.to}: ` +
        "its node is behind, or its index of events has a hole. They are read again. " +
        "If this goes on, name another provider (--l1).",
      data,
    });
  }
}

/** The external signer of the account on L1 did not sign what it was asked for. A retry may help. */
export class SignerError extends FrondError {
  constructor(data: { url: string; address: string; came: string }, cause?: unknown) {
    super({
      code: "contracts/signer",
      message:
        `The signer at ${data.url} did not sign for ${data.address}: ${data.came}. ` +
        "Check the address of the signer (--l1-signer), that it holds the account's key, and its rules; then try again.",
      data,
      cause,
    });
  }
}

/** The account that settles can't pay for a transaction. */
export class FundsMissingError extends FrondError {
  constructor(address: string, cause: unknown) {
    super({
      code: "contracts/funds-missing",
      message: `${address} has too little ether for a transaction on L1. Send ether to that account, then try again.`,
      data: { address },
      cause,
    });
  }
}

/** The nonce of a transaction was used by another one, and L1 would refuse the transaction under a new one. */
export class SubmissionGivenUpError extends FrondError {
  constructor(key: string) {
    super({
      code: "contracts/given-up",
      message:
        `Another transaction of the account has used the nonce of ${key}, and L1 would refuse ${key} now. ` +
        "Let nothing else send from that account, then try again.",
      data: { key },
    });
  }
}

/** The file of transactions that are not final can't be read. */
export class SubmissionsDamagedError extends FrondError {
  constructor(path: string, reason: string) {
    super({
      code: "contracts/submissions-damaged",
      message:
        `${path}, which holds the transactions that L1 has not made final, can't be read: ${reason}. ` +
        "Restore it; or move it away, if L1 has finalized everything that was sent.",
      data: { path, reason },
    });
  }
}

/** What should be a blob is none, or words do not fit one. */
export class BlobMalformedError extends FrondError {
  constructor(problem: string) {
    super({
      code: "contracts/blob-malformed",
      message: `This is no blob of an epoch: ${problem}. Fetch it from another node.`,
      data: { problem },
    });
  }
}

/** The thread that works on a blob gave no answer. */
export class BlobWorkError extends FrondError {
  constructor(job: string, reason: string, cause?: unknown) {
    super({
      code: "contracts/blob-work",
      message: `The thread that had to ${job} a blob failed: ${reason}. Check the machine's memory, then try again.`,
      data: { job, reason },
      cause,
    });
  }
}
