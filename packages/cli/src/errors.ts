import { FrondError } from "@frond/foundation";

/** What the user gave cannot be used. Exit code 2. */
export class UsageError extends FrondError {
  constructor(message: string, data: Record<string, unknown> = {}, cause?: unknown) {
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

/** Another process runs on the data directory. */
export class AlreadyRunningError extends FrondError {
  constructor(directory: string, pid: number) {
    super({
      code: "cli/already-running",
      message: `${pid > 0 ? `Process ${pid}` : "Another process"} runs the network in ${directory}. Stop it first, or use another directory with --data.`,
      data: { directory, pid },
    });
  }
}

/** A file of the data directory is damaged or of another version. */
export class DamagedFileError extends FrondError {
  constructor(path: string, reason: string) {
    super({
      code: "cli/damaged-file",
      message: `${path} cannot be read: ${reason}. Restore it, or run \`frond reset\` to start from nothing.`,
      data: { path, reason },
    });
  }
}

/** The network in the data directory was made with other circuits or another reference string. */
export class NetworkMismatchError extends FrondError {
  constructor(what: string, data: { expected: string; actual: string }) {
    super({
      code: "cli/network-mismatch",
      message:
        `The network in the data directory has another ${what}: ${data.actual}, not ${data.expected}. ` +
        "Start it with the version and options that made it, or run `frond reset` to start from nothing.",
      data: { what, ...data },
    });
  }
}

/** An account of that name is not in the data directory. */
export class UnknownAccountError extends FrondError {
  constructor(name: string, known: readonly string[]) {
    super({
      code: "cli/unknown-account",
      message:
        known.length === 0
          ? "There is no account yet. Make one with `frond account new`."
          : `There is no account ${name}; there are ${known.join(", ")}. Choose one with --account, or make it with \`frond account new ${name}\`.`,
      data: { name, known },
    });
  }
}

/** The node of a layer could not start, or stopped by itself. */
export class LayerStoppedError extends FrondError {
  constructor(layer: string, reason: string, code?: string) {
    super({
      code: "cli/layer-stopped",
      message: `Layer ${layer} has stopped: ${reason} Mend that and start the network again; nothing that was acknowledged is lost.`,
      data: { layer, reason, ...(code === undefined ? {} : { cause: code }) },
    });
  }
}
