import { FrondError } from "@frond/foundation";

/** Why L1 pays nothing for an exit, whatever is proven. */
export type EscapeClosure = "unknown" | "registered" | "paid" | "vault-empty" | "recipient";

const CLOSURES: Readonly<Record<EscapeClosure, string>> = {
  unknown: "L1 knows no such layer. Check its id, and the contract's address.",
  registered: "the layer is not frozen. Withdraw, or `force` a transaction and then use `frond freeze`.",
  paid: "L1 has paid this exit, and pays each one once. Claim the credit, or take another exit.",
  "vault-empty": "the layer's vault has nothing left of what the exit pays. Take another exit.",
  recipient: "the recipient can't claim. Name an account of L1.",
};

/** L1 pays nothing for an exit now. `data.reason` says why. Nothing was sent. */
export class EscapeClosedError extends FrondError {
  constructor(reason: EscapeClosure, layer: string) {
    super({
      code: "sdk/escape-closed",
      message: `There is no escape from layer ${layer}: ${CLOSURES[reason]}`,
      data: { reason, layer },
    });
  }
}

/** What is wrong with a proof of an escape: a word of its statement, the proof itself, or the time of its data. */
export type EscapeProblem = "layerId" | "claimId" | "recipient" | "root" | "stale" | "proof";

const NOT_SIGNED = "it is not of the signed exit. Give the prover the exit that you signed.";
const PROBLEMS_OF_ESCAPE: Readonly<Record<EscapeProblem, string>> = {
  layerId: NOT_SIGNED,
  claimId: NOT_SIGNED,
  recipient: NOT_SIGNED,
  root: "L1 has never had its root. Have the prover follow this L1 and this contract.",
  stale: "it is from before the freeze. Have the prover follow L1 to its last epoch.",
  proof: "L1 refuses it. Have the exit proven by the same version of Frond and the deployment's reference string.",
};

/** A prover's answer is no escape by the signed exit. `data.problem` says why. Nothing was sent. */
export class EscapeProofError extends FrondError {
  constructor(problem: EscapeProblem, layer: string, cause?: unknown) {
    super({
      code: "sdk/escape-proof",
      message: `The proof of the escape from layer ${layer} can't be used: ${PROBLEMS_OF_ESCAPE[problem]}`,
      data: { problem, layer },
      cause,
    });
  }
}

/** What a file of a leaver has, and where it comes from. */
const FILES = {
  proof: "the proof of an escape. Take the file that `frond escape --signed` has written to `--proof`.",
  signed: "a signed exit. Take the file as the page that signed it gave it.",
  interface: "the interface of an application. Write one with `frond interface <application> --json`.",
} as const;
export type EscapeFileKind = keyof typeof FILES;

/** A text is not what a leaver gives a page. `data.reason` says why. */
export class EscapeFileError extends FrondError {
  constructor(kind: EscapeFileKind, reason: string, cause?: unknown) {
    super({
      code: "sdk/escape-file",
      message: `The text can't be read: ${reason}. It has to be ${FILES[kind]}`,
      data: { kind, reason },
      cause,
    });
  }
}
