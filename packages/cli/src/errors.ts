import { FrondError } from "@frond/foundation";
import { InputError } from "@frond/network/errors";

/** What the user gave on the command line cannot be used. Exit code 2. */
export class UsageError extends InputError {
  constructor(message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super({ code: "cli/usage", message, data, cause });
  }
}

/** There is no network in the data directory, or it is not running. */
export class NoNetworkError extends FrondError {
  constructor(directory: string) {
    super({
      code: "cli/no-network",
      message: `There is no network in ${directory}. Start one with \`frond start\`, or name its directory with --data.`,
      data: { directory },
    });
  }
}

/** An account of that name is not in the data directory. Exit code 2. */
export class UnknownAccountError extends InputError {
  constructor(name: string, known: readonly string[]) {
    super({
      code: "cli/unknown-account",
      message:
        known.length === 0
          ? "There is no account yet. Bring one with `frond account import <name>`, or make one with `frond account new`."
          : `There is no account ${name}; there are ${known.join(", ")}. Choose one with --account, or make it with \`frond account new ${name}\`.`,
      data: { name, known },
    });
  }
}

/** A command that was to run beside the network has failed. Its exit code is that of `frond dev`. */
export class BesideError extends FrondError {
  readonly exitCode: number;

  constructor(command: string, { how, exitCode }: { readonly how: string; readonly exitCode: number }) {
    super({
      code: "cli/beside",
      message: `\`${command}\`, which ran beside the network, is over: ${how}. Look at what it printed, or leave it out.`,
      data: { command, how, exitCode },
    });
    this.exitCode = exitCode;
  }
}
