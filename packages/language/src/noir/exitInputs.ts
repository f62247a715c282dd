import { recordInput, signatureInput } from "@frond/circuits";
import { type Field, FrondError, fieldToHex } from "@frond/foundation";
import {
  addressOf,
  claimIdOf,
  EXIT_STATEMENT,
  type ExitStatement,
  type Payout,
  payoutPlaces,
  payoutsHash,
  type SignedExit,
  type StateOpening,
  type StateReader,
  stateRootOf,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { type ExitCall, runExit } from "../executor/runExit.ts";
import type { Program } from "../ir.ts";
import { hintSizes } from "./applicationNoir.ts";
import { loweredExitsOf } from "./lowerExits.ts";
import type { Run } from "./run.ts";

/** What the proof of an exit is made from. */
export type ExitDescription = {
  readonly program: Program;
  readonly exit: SignedExit;
  /** The layer's last state. */
  readonly state: StateReader;
};

/** The inputs of an exit's circuit, and what its proof says. */
export type ExitInputs = {
  readonly inputs: InputMap;
  readonly statement: ExitStatement;
  /** What the exit pays, in the places of the statement: zeros where nothing is paid. */
  readonly payouts: readonly Payout[];
};

/**
 * The inputs of the circuit that `exitCircuit` generates for the same program.
 * @throws {@link ExitFailedError} when the exit is not possible, or pays nothing
 * @throws {@link HiddenEntryError} when the state lacks the values of an entry that the exit opens
 */
export function exitInputs({ program, exit, state }: ExitDescription): ExitInputs {
  payoutsOfExit(program, { ...exit, account: addressOf(exit.publicKey), state });
  return forcedExitInputs({ program, exit, state });
}

/** An exit of an account that has not signed it. */
export type UnsignedExitOn = Pick<ExitCall, "layerId" | "account" | "exit" | "args"> & { readonly state: StateReader };

/**
 * What an exit pays on a state that is read with its paths, as a follower has it; no payouts of nothing.
 * @throws {@link ExitFailedError} when the exit is not possible, or pays nothing
 * @throws {@link HiddenEntryError} when the state lacks the values of an entry that the exit opens
 */
export function payoutsOfExit(program: Program, { state, ...call }: UnsignedExitOn): readonly Payout[] {
  const zeros = new Array<Field>(program.entryWidth).fill(0n);
  const outcome = runExit({ program, ...call, state: { get: (key) => entryValues(state, key) ?? zeros } });
  if (outcome.ok) return outcome.payouts;
  throw new ExitFailedError(program.exits[call.exit]?.name ?? String(call.exit), outcome.error.message);
}

/** The same for an exit that may fail, whose inputs the circuit then refuses. */
export function forcedExitInputs({ program, exit, state }: ExitDescription): ExitInputs {
  const account = addressOf(exit.publicKey);
  const { exits } = loweredExitsOf(program);
  const { shape } = exits;
  const sizes = hintSizes(shape);
  const run = startRun(program, { exit, account, state, places: shape.entries });
  exits.procedures[exit.exit]?.evaluate(run);
  const payouts = payoutPlaces(
    run.sent.map(({ used, asset, amount }) => (used ? { asset: Number(asset), amount } : { asset: 0, amount: 0n })),
  );
  const statement: ExitStatement = {
    layerId: exit.layerId,
    stateRoot: stateRootOf(state.treeRoot, state.leafCount),
    claimId: claimIdOf(exit, account),
    recipient: exit.recipient,
    epoch: 0,
    payoutsHash: payoutsHash(payouts),
    unused: 0n,
  };
  const inputs: InputMap = {
    ...recordInput(EXIT_STATEMENT, statement),
    state: {
      tree_root: fieldToHex(state.treeRoot),
      leaf_count: fieldToHex(BigInt(state.leafCount)),
      entries: run.keys.map((key) => entryInput(key, state.open(key === 0n ? 1n : key), program.entryWidth)),
    },
    exit: {
      number: fieldToHex(BigInt(exit.exit)),
      args: exit.args.map(fieldToHex),
      public_key_x: fieldToHex(exit.publicKey.x),
      public_key_y: fieldToHex(exit.publicKey.y),
      signature: signatureInput(exit.signature),
    },
    hints: {
      bits: fields(run.bits, sizes.bits),
      hints: fields(run.hints, sizes.hints),
      quotients: Array.from({ length: sizes.divisions }, (_, i) => {
        const { fits = 0n, quotient = 0n, remainder = 0n } = run.quotients[i] ?? {};
        return { fits: fieldToHex(fits), quotient: fieldToHex(quotient), remainder: fieldToHex(remainder) };
      }),
    },
  };
  return { inputs, statement, payouts };
}

/** An exit before it runs. It only reads, so that handles of one entry need not share its values. */
function startRun(
  program: Program,
  options: {
    readonly exit: SignedExit;
    readonly account: Field;
    readonly state: StateReader;
    readonly places: number;
  },
): Run {
  const { exit, account, state, places } = options;
  const zeros = new Array<Field>(program.entryWidth).fill(0n);
  return {
    context: { layerId: exit.layerId, account },
    args: exit.args,
    values: [],
    entries: [],
    keys: new Array<Field>(places).fill(0n),
    bits: [],
    hints: [],
    quotients: [],
    sent: [],
    failures: [],
    entryAt: (key) => [...((key === 0n ? undefined : entryValues(state, key)) ?? zeros)],
  };
}

/** The values of an entry; undefined if there is no such entry. @throws HiddenEntryError */
function entryValues(state: StateReader, key: Field): readonly Field[] | undefined {
  const { leaf } = state.open(key);
  if (leaf.key !== key) return undefined;
  if (leaf.values === undefined) throw new HiddenEntryError(key);
  return leaf.values;
}

function entryInput(key: Field, { index, leaf, siblings }: StateOpening, width: number): InputMap {
  return {
    present: fieldToHex(leaf.key === key && key !== 0n ? 1n : 0n),
    index: fieldToHex(BigInt(index)),
    key: fieldToHex(leaf.key),
    next_key: fieldToHex(leaf.nextKey),
    values_hash: fieldToHex(leaf.valuesHash),
    values: fields(leaf.key === key ? (leaf.values ?? []) : [], width),
    siblings: siblings.map((level) => level.map(fieldToHex)),
  };
}

function fields(values: readonly Field[], length: number): string[] {
  return Array.from({ length }, (_, i) => fieldToHex(values[i] ?? 0n));
}

/** An account claims by an exit what the layer's state does not give it. */
export class ExitFailedError extends FrondError {
  constructor(exit: string, reason: string) {
    super({
      code: "language/exit-failed",
      data: { exit, reason },
      message: `The exit \`${exit}\` can't be proven: ${reason} Look at the account's entries in the layer's last state, and take another exit.`,
    });
  }
}

/** An exit needs the values of an entry that its layer does not publish. */
export class HiddenEntryError extends FrondError {
  constructor(key: Field) {
    super({
      code: "language/hidden-entry",
      data: { key: fieldToHex(key) },
      message: `The exit opens the entry ${fieldToHex(key)}, whose values are not public. Follow the layer with its committee (--committee) until that tells them, or give what the entry's owner holds.`,
    });
  }
}
