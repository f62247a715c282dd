import type { Field } from "@frond/foundation";
import type { Payout } from "@frond/protocol";
import type { Program } from "../ir.ts";
import { createKeyCache } from "./keyCache.ts";
import type { CallFailure } from "./outcome.ts";
import { failure, prepareProcedure } from "./prepareProcedure.ts";
import type { StateAccess } from "./session.ts";

/** What an account claims by an exit of an application. */
export type ExitCall = {
  readonly program: Program;
  readonly layerId: Field;
  /** The layer's last state. */
  readonly state: StateAccess;
  readonly account: Field;
  /** Position of the exit in the application. */
  readonly exit: number;
  /** Flattened, and padded with zeros to `exitArguments`. */
  readonly args: readonly Field[];
};

/** What the exit pays, without payouts of nothing, or why it pays nothing. */
export type ExitOutcome =
  | { readonly ok: true; readonly payouts: readonly Payout[] }
  | { readonly ok: false; readonly error: CallFailure };

type Runner = ReturnType<typeof prepareProcedure>;

/** The compiled exits of each program. */
const compiled = new WeakMap<Program, readonly Runner[]>();

/** Runs an exit on a state, which stays as it is. */
export function runExit({ program, layerId, state, account, exit, args }: ExitCall): ExitOutcome {
  const run = exitsOf(program)[exit];
  if (run === undefined) return failed(`There is no exit ${exit}.`);
  const parameters = program.exits[exit]!.parameters.length;
  if (args.length !== program.exitArguments || args.slice(parameters).some((padding) => padding !== 0n)) {
    return failed(`There are not ${parameters} arguments, padded with zeros to ${program.exitArguments}.`);
  }
  // An exit has no time; its payouts are messages in form only.
  const outcome = run(state, args, { layerId, account, time: 0n });
  if (!outcome.ok) return { ok: false, error: outcome.error };
  const payouts = outcome.sent.map(({ asset, amount }) => ({ asset, amount })).filter(({ amount }) => amount > 0n);
  return payouts.length === 0 ? failed("There is nothing to claim.") : { ok: true, payouts };
}

function exitsOf(program: Program): readonly Runner[] {
  let runners = compiled.get(program);
  if (runners === undefined) {
    const keys = createKeyCache();
    runners = program.exits.map((exit) => prepareProcedure(program, exit, keys));
    compiled.set(program, runners);
  }
  return runners;
}

function failed(message: string): ExitOutcome {
  return { ok: false, error: failure(message).error };
}
