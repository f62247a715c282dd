import { Command, CommanderError } from "commander";
import { refuseEmptyValues } from "./arguments/refuseEmptyValues.ts";
import { refuseNegative } from "./arguments/refuseNegative.ts";
import { describeError, EXIT, errorForPrograms, exitCodeOf } from "./terminal/describeError.ts";
import { dataOptionOf } from "./terminal/hint.ts";
import { toJsonLine } from "./terminal/output.ts";

/**
 * Runs the command line; returns the exit code (docs/commands.md). What went wrong goes to stderr: as text for people,
 * with `--json` as one line `{"error":{"code","message","data"}}`. Stdout holds results only.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes("--json");
  const program = await createProgram(argv[2]);
  if (isJson) keepQuiet(program);
  process.stdout.once("error", endWithReader);
  try {
    refuseNegative(program, argv.slice(2));
    await program.parseAsync([...argv]);
    return typeof process.exitCode === "number" ? process.exitCode : EXIT.done;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === EXIT.done) return code; // Help was asked for.
    const context = { debug: argv.includes("--debug"), dataOption: dataOptionOf(argv) };
    if (isJson) process.stderr.write(`${toJsonLine({ error: errorForPrograms(error, context) })}\n`);
    // To people, Commander has said what is wrong already.
    else if (!(error instanceof CommanderError)) process.stderr.write(`${describeError(error, context)}\n`);
    return code;
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
  dev: async () => (await import("./commands/dev.ts")).devCommand(),
  coordinator: async () => (await import("./commands/coordinator.ts")).coordinatorCommand(),
  node: async () => (await import("./commands/node.ts")).nodeCommand(),
  status: async () => (await import("./commands/status.ts")).statusCommand(),
  account: async () => (await import("./commands/account.ts")).accountCommand(),
  deposit: async () => (await import("./commands/deposit.ts")).depositCommand(),
  call: async () => (await import("./commands/call.ts")).callCommand(),
  force: async () => (await import("./commands/force.ts")).forceCommand(),
  bundle: async () => (await import("./commands/bundle.ts")).bundleCommand(),
  freeze: async () => (await import("./commands/freeze.ts")).freezeCommand(),
  escape: async () => (await import("./commands/escape.ts")).escapeCommand(),
  retire: async () => (await import("./commands/retire.ts")).retireCommand(),
  withdraw: async () => (await import("./commands/withdraw.ts")).withdrawCommand(),
  claim: async () => (await import("./commands/claim.ts")).claimCommand(),
  token: async () => (await import("./commands/token.ts")).tokenCommand(),
  view: async () => (await import("./commands/view.ts")).viewCommand(),
  events: async () => (await import("./commands/events.ts")).eventsCommand(),
  index: async () => (await import("./commands/indexDatabase.ts")).indexCommand(),
  state: async () => (await import("./commands/read.ts")).stateCommand(),
  block: async () => (await import("./commands/read.ts")).blockCommand(),
  epoch: async () => (await import("./commands/read.ts")).epochCommand(),
  layer: async () => (await import("./commands/layer.ts")).layerCommand(),
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  evidence: async () => (await import("./commands/evidence.ts")).evidenceCommand(),
  circuits: async () => (await import("./commands/circuits.ts")).circuitsCommand(),
  simulate: async () => (await import("./commands/simulate.ts")).simulateCommand(),
  check: async () => (await import("./commands/check.ts")).checkCommand(),
  follow: async () => (await import("./commands/follow.ts")).followCommand(),
  recover: async () => (await import("./commands/recover.ts")).recoverCommand(),
  interface: async () => (await import("./commands/interface.ts")).interfaceCommand(),
  explorer: async () => (await import("./commands/explorer.ts")).explorerCommand(),
  noir: async () => (await import("./commands/noir.ts")).noirCommand(),
  member: async () => (await import("./commands/member.ts")).memberCommand(),
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

/** Keeps what Commander says to people of a mistake from stderr, where a program reads the same as JSON. */
function keepQuiet(command: Command): void {
  command.configureOutput({ writeErr: () => {} });
  for (const child of command.commands) keepQuiet(child);
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}
