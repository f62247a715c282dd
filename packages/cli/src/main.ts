import { FrondError } from "@frond/foundation";
import { Command, CommanderError } from "commander";
import { accountCommand } from "./commands/account.ts";
import { bundleCommand } from "./commands/bundle.ts";
import { callCommand } from "./commands/call.ts";
import { circuitsCommand } from "./commands/circuits.ts";
import { claimCommand } from "./commands/claim.ts";
import { depositCommand } from "./commands/deposit.ts";
import { evidenceCommand } from "./commands/evidence.ts";
import { layerCommand } from "./commands/layer.ts";
import { nodeCommand } from "./commands/node.ts";
import { noirCommand } from "./commands/noir.ts";
import { blockCommand, epochCommand, stateCommand } from "./commands/read.ts";
import { resetCommand } from "./commands/reset.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { startCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { withdrawCommand } from "./commands/withdraw.ts";
import { workerCommand } from "./commands/worker.ts";
import { ConfigError } from "./config/errors.ts";
import { UsageError } from "./errors.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Runs the command line; returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  process.stdout.once("error", endWithReader);
  try {
    await program.parseAsync([...argv]);
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    process.stderr.write(`${describeError(error, argv.includes("--debug"))}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILURE;
  } finally {
    process.stdout.off("error", endWithReader);
  }
}

/** Whoever reads the output may have seen enough: `frond status --watch | head`. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

export function createProgram(): Command {
  const program = new Command("frond")
    .description("Run an application as a layer of its own, proven and settled on Ethereum.")
    .showHelpAfterError("(see --help)");
  const commands = [
    startCommand(),
    nodeCommand(),
    statusCommand(),
    accountCommand(),
    depositCommand(),
    callCommand(),
    bundleCommand(),
    withdrawCommand(),
    claimCommand(),
    stateCommand(),
    blockCommand(),
    epochCommand(),
    layerCommand(),
    evidenceCommand(),
    circuitsCommand(),
    simulateCommand(),
    noirCommand(),
    workerCommand(),
    resetCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  throwInsteadOfExiting(program);
  return program;
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExiting(child);
}

/** One message, whose last sentence is the next step; the stack and all causes with `debug`. */
export function describeError(error: unknown, debug: boolean): string {
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
