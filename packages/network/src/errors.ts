import { FrondError, type FrondErrorOptions } from "@frond/foundation";

/** What the caller gave cannot be used: an option, a name, a file. A command line ends with exit code 2. */
export class InputError extends FrondError {
  constructor(options: Omit<FrondErrorOptions, "code"> & { readonly code?: string }) {
    super({ code: "network/input", ...options });
  }
}

/** L1 is asked about as many layers as it may. A retry may help. */
export class PromisesBusyError extends FrondError {
  constructor() {
    super({
      code: "network/promises-busy",
      message: "The promises of many layers are being read from L1. Ask again in some seconds.",
    });
  }
}

/** Another process runs on the data directory. */
export class AlreadyRunningError extends FrondError {
  constructor(directory: string, pid: number) {
    super({
      code: "network/already-running",
      message: `${pid > 0 ? `Process ${pid}` : "Another process"} runs the network in ${directory}. Stop it first, or use another directory with --data.`,
      data: { directory, pid },
    });
  }
}

/** A file of the data directory is damaged, unreadable or of another version. It holds keys, or leads to them. */
export class DamagedFileError extends FrondError {
  constructor(path: string, reason: string) {
    super({
      code: "network/damaged-file",
      message:
        `${path} cannot be read: ${reason}. ` +
        "Restore the file from a copy, or allow this user to read it; or name another directory with --data.",
      data: { path, reason },
    });
  }
}

/** Layers have run in a directory whose `network.json` is gone: a new network would overwrite their keys. */
export class NetworkFileMissingError extends FrondError {
  constructor(directory: string, layers: readonly string[]) {
    super({
      code: "network/file-missing",
      message:
        `${directory} has the state of ${layers.join(", ")}, but no network.json. A new network would overwrite the ` +
        "keys of their sequencers, so nothing was done. Restore network.json from a copy, or name another directory " +
        "with --data.",
      data: { directory, layers },
    });
  }
}

/** Somebody listens at a port that the command was to listen at. */
export class PortTakenError extends FrondError {
  constructor(place: { host: string; port: number; what: string; option: string }, cause: unknown) {
    const { host, port, what, option } = place;
    super({
      code: "network/port-in-use",
      message:
        `Port ${port} of ${host}, where ${what} is to listen, is in use. ` +
        `Stop what listens there, or choose another port: ${option}.`,
      data: place,
      cause,
    });
  }
}

/** A directory that a command was to write to can't be made or written. */
export class DirectoryError extends FrondError {
  constructor(place: { path: string; what: string; option: string }, cause: unknown) {
    const { path, what, option } = place;
    super({
      code: "network/directory",
      message:
        `${path}, ${what}, can't be written: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        `Make room or allow it, or choose another directory: ${option}.`,
      data: place,
      cause,
    });
  }
}

/** The account that is to deploy the contracts has nothing to pay with. */
export class NoEtherError extends FrondError {
  constructor(data: { address: string; chainId: number }) {
    super({
      code: "network/no-ether",
      message:
        `The account ${data.address}, which is to deploy the contracts, has no ether on chain ${data.chainId}. ` +
        "Send it some, or name the key of another account in FROND_L1_PRIVATE_KEY.",
      data,
    });
  }
}

/** Nothing is deleted from a directory without the file that says what a network made there. */
export class ResetRefusedError extends FrondError {
  constructor(directory: string, reason: string) {
    super({
      code: "network/reset-refused",
      message:
        `${directory} has no readable network.json (${reason}), so it is not known what in it is Frond's, and nothing ` +
        "was deleted. Name the network's directory with --data, or delete by hand what you know to be the network's.",
      data: { directory, reason },
    });
  }
}

/** The network in the data directory was made with other circuits or another reference string. */
export class NetworkMismatchError extends FrondError {
  constructor(what: string, data: { expected: string; actual: string }) {
    super({
      code: "network/network-mismatch",
      message:
        `The network in the data directory has another ${what}: ${data.actual}, not ${data.expected}. ` +
        "Start it with the version and options that made it, or give the network up with `frond reset`, which deletes its keys, too.",
      data: { what, ...data },
    });
  }
}

/** The process of a layer ended without a word. */
export class LayerCrashedError extends FrondError {
  constructor(data: { layer: string; how: string; store: string }) {
    super({
      code: "network/layer-crashed",
      message:
        `Layer ${data.layer} has crashed (${data.how}); the other layers run on. Its store at ${data.store} may be ` +
        "damaged (SIGBUS, SIGSEGV, SIGABRT), or the machine was out of memory (SIGKILL). Stop the network and start " +
        "it again: a store that is damaged is named then.",
      data,
    });
  }
}

/** A layer was made with another application than the one it is to run with. `changes` says what is different. */
export class ApplicationChangedError extends FrondError {
  constructor(layer: string, changes: readonly string[]) {
    super({
      code: "network/application-changed",
      message:
        `The application of layer ${layer} has changed since the layer was made, and its circuits with it:\n` +
        `${changes.map((change) => `  ${change}`).join("\n")}\n` +
        "Undo the changes; or add the changed application as another layer; " +
        "or give the network up with `frond reset`, which deletes its keys, too.",
      data: { layer, changes },
    });
  }
}

/** The node of a layer could not start, or stopped by itself. */
export class LayerStoppedError extends FrondError {
  constructor(layer: string, reason: string, code?: string) {
    super({
      code: "network/layer-stopped",
      message: `Layer ${layer} has stopped: ${/[.!?]$/.test(reason) ? reason : `${reason}.`} Mend that and start the network again; nothing that was acknowledged is lost.`,
      data: { layer, reason, ...(code === undefined ? {} : { cause: code }) },
    });
  }
}

/** A network on a chain that is not local has to name its tokens. */
export class TokensUnnamedError extends FrondError {
  constructor(chainId: number) {
    super({
      code: "network/tokens-unnamed",
      message:
        `Chain ${chainId} is not local, and the configuration names no tokens. Nothing was sent. ` +
        'Name the tokens that are asset 2, 3 and so on, such as `tokens: ["0x.."]` in frond.config.ts; ' +
        "write `tokens: []` if the layers hold ether only.",
      data: { chainId },
    });
  }
}

/** The configuration names an address that is not that of a token. */
export class TokenUnreadableError extends FrondError {
  constructor(address: string, cause: unknown) {
    super({
      code: "network/token-unreadable",
      message:
        `${address} does not answer as an ERC-20 token on this L1: its decimals can't be read. Nothing was sent. ` +
        "Correct `tokens` in frond.config.ts.",
      data: { address },
      cause,
    });
  }
}

/** L1 has upgraded a layer, and does not tell to what. */
export class AnnouncementMissingError extends FrondError {
  constructor(data: { layer: string; configHash: string }) {
    super({
      code: "network/announcement-missing",
      message:
        `L1 has upgraded layer ${data.layer}, but does not tell the announcement of the config ${data.configHash}. ` +
        "Name an RPC that knows all events since the contract's creation: --l1.",
      data,
    });
  }
}
