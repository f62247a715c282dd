import { type Field, FrondError, fieldToHex } from "@frond/foundation";
import { formatLocation, type SourceLocation } from "@frond/language";

/**
 * A layer refused a call, a deposit or a leg of a bundle, which then changed nothing. `reason` is the text of the
 * `assert` that failed, or what else failed; `location` is the place of it in the application's source.
 */
export class CallFailedError extends FrondError {
  readonly reason: string;
  readonly location: SourceLocation | undefined;

  constructor({ what, reason, location }: { what: string; reason: string; location?: SourceLocation | undefined }) {
    const place = location === undefined ? "" : ` (${formatLocation(location)})`;
    super({
      code: "testing/call-failed",
      data: { what, reason, location: location ?? null },
      message: `${what} failed: ${reason}${place}. Change the call, or expect its failure with \`expectFailure\`.`,
    });
    this.reason = reason;
    this.location = location;
  }
}

/**
 * The circuit does not state what the executor did: it refuses a block that the executor made, or does not refuse a
 * call that failed. `data.assertion` is what the circuit says.
 */
export class CircuitMismatchError extends FrondError {
  constructor({ what, problem, assertion }: { what: string; problem: string; assertion: string | undefined }) {
    super({
      code: "testing/circuit-mismatch",
      data: { what, assertion: assertion ?? null },
      message:
        `${what}: ${problem}${assertion === undefined ? "" : `: ${assertion}`}. ` +
        "Executor and circuit come of one definition and must agree: compare `frond noir` with the application.",
    });
  }
}

/** What `expectFailure` was given did not fail, or failed for another reason. */
export class ExpectationError extends FrondError {
  /** Test runners show the difference of the two. */
  readonly expected: string;
  readonly actual: string;

  constructor({ expected, actual, cause }: { expected: string; actual: string; cause?: unknown }) {
    super({
      code: "testing/expectation",
      data: { expected, actual },
      message: `Expected the failure ${expected}, but ${actual}. Correct the expectation or the application.`,
      cause,
    });
    this.expected = expected;
    this.actual = actual;
  }
}

/** A layer does not hold what it owes, or money is not where it should be. */
export class NotConservedError extends FrondError {
  constructor({ asset, problem, ...data }: { asset: number; problem: string; [name: string]: unknown }) {
    super({
      code: "testing/not-conserved",
      data: { asset, ...data },
      message: `Asset ${asset} is not conserved: ${problem}. Correct the application, or what \`owes\` says of it.`,
    });
  }
}

/** Nothing says what a layer owes. */
export class OwesUnknownError extends FrondError {
  constructor(layer: string) {
    super({
      code: "testing/owes-unknown",
      data: { layer },
      message:
        `Nothing says what the layer ${layer} owes: it has no exits, or some with arguments. ` +
        `Give \`createWorld({ owes: { ${layer}: ({ state }, asset) => .. } })\`.`,
    });
  }
}

/** A block would pay more of an asset than its layer holds: no epoch could settle with it. */
export class VaultExceededError extends FrondError {
  constructor({ layer, asset, missing }: { layer: string; asset: number; missing: bigint }) {
    super({
      code: "testing/vault-exceeded",
      data: { layer, asset, missing },
      message:
        `The layer ${layer} sends ${missing} more of asset ${asset} than it holds, and no epoch could settle. ` +
        "Let the application send only what was paid into it.",
    });
  }
}

/** A sender is no account of the kit. */
export class UnknownAccountError extends FrondError {
  constructor(address: Field) {
    super({
      code: "testing/unknown-account",
      data: { address: fieldToHex(address) },
      message: `${fieldToHex(address)} is no account that can sign here. Take senders from \`accounts(count)\`.`,
    });
  }
}

/** A message is for no layer of the world, or none that a layer could get. */
export class ImpossibleMessageError extends FrondError {
  constructor(problem: string) {
    super({
      code: "testing/impossible-message",
      data: { problem },
      message: `No layer of this world gets such a message: ${problem}. Give a message as docs/protocol.md 4 has it.`,
    });
  }
}
