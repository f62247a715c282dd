import { FrondError } from "@frond/foundation";
import { InputError } from "@frond/network/errors";
import { CommanderError } from "commander";
import { BesideError } from "../errors.ts";
import { repeatDataOption } from "./hint.ts";

/** The exit codes of every command, as docs/commands.md lists them. */
export const EXIT = {
  done: 0,
  /** The network, L1 or this machine refused, or did not answer. */
  failed: 1,
  /** What was given cannot be used: an option, an argument, a name, a file. */
  usage: 2,
  /** What a shell expects of a program that SIGINT or SIGTERM ended before the work was done. */
  interrupted: 130,
} as const;

/** Errors of packages below that speak of what the user gave: they know nothing of command lines. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  "language/encoding",
  "sdk/recipient",
  "rpc/invalid-params",
  "indexer/database-address",
]);

/** What programs are told of an error: its stable code, the message that people get, and what it is about. */
export type ErrorForPrograms = { readonly code: string; readonly message: string; readonly data: unknown };

/** The same kind of mistake ends every command with the same code. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const known = knownCauseOf(error);
  if (known instanceof BesideError) return known.exitCode;
  return known instanceof InputError || (known !== undefined && USAGE_CODES.has(known.code)) ? EXIT.usage : EXIT.failed;
}

export function errorForPrograms(
  error: unknown,
  { dataOption = "" }: { readonly dataOption?: string } = {},
): ErrorForPrograms {
  if (error instanceof CommanderError)
    return { code: "cli/usage", message: error.message.replace(/^error: /, ""), data: {} };
  const known = knownCauseOf(error);
  if (known !== undefined)
    return { code: known.code, message: repeatDataOption(known.message, dataOption), data: known.data };
  return { code: "cli/unexpected", message: messageOfUnknown(error), data: {} };
}

/** One message, whose last sentence is the next step; the stack and all causes with `debug`. */
export function describeError(
  error: unknown,
  { debug, dataOption }: { readonly debug: boolean; readonly dataOption?: string },
): string {
  if (debug) return error instanceof Error ? describeCauses(error) : String(error);
  return `frond: ${errorForPrograms(error, dataOption === undefined ? {} : { dataOption }).message}`;
}

/** The error itself, or the first cause, that is Frond's: libraries wrap what they don't know. */
function knownCauseOf(error: unknown): FrondError | undefined {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    if (at instanceof FrondError) return at;
    seen.add(at);
  }
  return undefined;
}

/** Libraries of L1 keep a sentence for people apart from all that they know. */
function messageOfUnknown(error: unknown): string {
  const { shortMessage, details } = (error ?? {}) as { shortMessage?: unknown; details?: unknown };
  const [message] = (
    typeof shortMessage === "string" ? shortMessage : error instanceof Error ? error.message : String(error)
  ).split("\n");
  const more = typeof details === "string" && !message!.includes(details) ? ` (${details.split("\n")[0]})` : "";
  return `${message}${more} Run the command again with --debug to see where it comes from.`;
}

function describeCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${describeCauses(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
