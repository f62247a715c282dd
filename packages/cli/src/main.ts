import { FrondError } from "@frond/foundation";
import { InputError } from "@frond/network/errors";
import { Command, CommanderError } from "commander";
import { refuseEmptyValues } from "./arguments/refuseEmptyValues.ts";
import { toJsonLine } from "./terminal/output.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs the command line; returns the exit code: 0 done, 1 failed, 2 wrong usage. What went wrong goes to stderr for
 * people; with `--json` also to stdout, as one line `{"error":{"code","message","data"}}`.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = await createProgram(argv[2]);
  process.stdout.once("error", endWithReader);
  try {
    await program.parseAsync([...argv]);
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (argv.includes("--json")) process.stdout.write(`${toJsonLine({ error: errorForPrograms(error) })}\n`);
    // Commander has said what is wrong already.
    if (error instanceof CommanderError) return EXIT_USAGE;
    process.stderr.write(`${describeError(error, argv.includes("--debug"))}\n`);
    return error instanceof InputError ? EXIT_USAGE : EXIT_FAILURE;
  } finally {
    process.stdout.off("error", endWithReader);
  }
}

/** Whoever reads the output may have seen enough: `frond status --watch | head`. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

/** By its name, in the order in which help lists them. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./commands/start.ts")).startCommand(),
  node: async () => (await import("./commands/node.ts")).nodeCommand(),
  status: async () => (await import("./commands/status.ts")).statusCommand(),
  account: async () => (await import("./commands/account.ts")).accountCommand(),
  deposit: async () => (await import("./commands/deposit.ts")).depositCommand(),
  call: async () => (await import("./commands/call.ts")).callCommand(),
  bundle: async () => (await import("./commands/bundle.ts")).bundleCommand(),
  withdraw: async () => (await import("./commands/withdraw.ts")).withdrawCommand(),
  claim: async () => (await import("./commands/claim.ts")).claimCommand(),
  token: async () => (await import("./commands/token.ts")).tokenCommand(),
  state: async () => (await import("./commands/read.ts")).stateCommand(),
  block: async () => (await import("./commands/read.ts")).blockCommand(),
  epoch: async () => (await import("./commands/read.ts")).epochCommand(),
  layer: async () => (await import("./commands/layer.ts")).layerCommand(),
  evidence: async () => (await import("./commands/evidence.ts")).evidenceCommand(),
  circuits: async () => (await import("./commands/circuits.ts")).circuitsCommand(),
  simulate: async () => (await import("./commands/simulate.ts")).simulateCommand(),
  noir: async () => (await import("./commands/noir.ts")).noirCommand(),
  worker: async () => (await import("./commands/worker.ts")).workerCommand(),
  reset: async () => (await import("./commands/reset.ts")).resetCommand(),
};

/** The whole program; or with the command `asked` for alone, which loads a fraction as much. */
export async function createProgram(asked?: string): Promise<Command> {
  const program = new Command("frond")
    .description("Run an application as a layer of its own, proven and settled on Ethereum.")
    .showHelpAfterError("(see --help)");
  const isKnown = asked !== undefined && Object.hasOwn(commands, asked);
  for (const name of isKnown ? [asked] : Object.keys(commands)) program.addCommand(await commands[name]!());
  throwInsteadOfExiting(program);
  refuseEmptyValues(program);
  return program;
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}

/** What programs are told of an error: its stable code, the message that people get, and what it is about. */
function errorForPrograms(error: unknown): { readonly code: string; readonly message: string; readonly data: unknown } {
  if (error instanceof FrondError) return { code: error.code, message: error.message, data: error.data };
  if (error instanceof CommanderError)
    return { code: "cli/usage", message: error.message.replace(/^error: /, ""), data: {} };
  return { code: "cli/unexpected", message: describeError(error, false).replace(/^frond: /, ""), data: {} };
}

/** One message, whose last sentence is the next step; the stack and all causes with `debug`. */
function describeError(error: unknown, debug: boolean): string {
  if (debug) return error instanceof Error ? describeCauses(error) : String(error);
  if (error instanceof FrondError) return `frond: ${error.message}`;
  const viem = error as { shortMessage?: unknown } | null;
  const message =
    typeof viem?.shortMessage === "string" ? viem.shortMessage : error instanceof Error ? error.message : String(error);
  return `frond: ${message.split("\n")[0]} Run the command again with --debug to see where it comes from.`;
}

function describeCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${describeCauses(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
