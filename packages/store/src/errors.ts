import { FrondError } from "@frond/foundation";

/** The directory holds the state of another layer, application or tree shape. */
export class StoreIdentityError extends FrondError {
  constructor(data: { path: string; field: string; expected: string; actual: string }) {
    super({
      code: "store/identity",
      message:
        `The store at ${data.path} belongs to another ${data.field}: ` +
        `it holds ${data.actual}, expected ${data.expected}. ` +
        "Choose another data directory, or give the network up with `frond reset`, which deletes its keys, too.",
      data,
    });
  }
}

/** Another version of this program wrote the directory in another format. */
export class StoreFormatError extends FrondError {
  constructor(data: { path: string; expected: number; actual: unknown }) {
    super({
      code: "store/format",
      message:
        `The store at ${data.path} has format ${String(data.actual)}, this program reads format ${data.expected}. ` +
        "Use the version of Frond that wrote it, or give the network up with `frond reset`, which deletes its keys, too.",
      data,
    });
  }
}

/** A block does not follow the last committed block. */
export class BlockOrderError extends FrondError {
  constructor(data: { expected: number; actual: number }) {
    super({
      code: "store/block-order",
      message:
        `Block ${data.actual} does not follow: the store expects block ${data.expected}. ` +
        "Commit blocks in order, from one sequencer only.",
      data,
    });
  }
}

/** A rollback would undo a settled block. */
export class BlockSettledError extends FrondError {
  constructor(data: { block: number; through: number }) {
    super({
      code: "store/block-settled",
      message:
        `Block ${data.block} has settled, so the layer can't go back to block ${data.through}. ` +
        "Go back to the last settled block, or to a later one.",
      data,
    });
  }
}

/** The requested item is not in the store. */
export class NotStoredError extends FrondError {
  constructor(data: { what: string; key: string }) {
    super({
      code: "store/not-stored",
      message: `The store has no ${data.what} ${data.key}. Check the number, and that this is the right layer.`,
      data,
    });
  }
}

/** The tree was written outside of a block. */
export class ReadOnlyTreeError extends FrondError {
  constructor() {
    super({
      code: "store/read-only-tree",
      message:
        "The stored tree changes only with a block. " +
        "Write to an overlay (createOverlay) and commit its changes with commitBlock.",
    });
  }
}

/** The store was used after it was closed. */
export class StoreClosedError extends FrondError {
  constructor() {
    super({ code: "store/closed", message: "The store is closed. Open it again before using it." });
  }
}

/** The file of a store can't be read: it was cut off, or something else has written to it. */
export class StoreDamagedError extends FrondError {
  constructor(path: string, reason: string) {
    super({
      code: "store/damaged",
      message:
        `The store at ${path} is damaged: ${reason}. ` +
        "Restore that directory from a copy. Without a copy what it held is lost: give the network up with `frond reset`, which deletes its keys, too.",
      data: { path, reason },
    });
  }
}

/** A store that is to be filled has blocks already. */
export class StoreNotEmptyError extends FrondError {
  constructor(path: string) {
    super({
      code: "store/not-empty",
      message: `The store at ${path} has blocks or transactions of its own. Move that directory away first, if what it holds is of no use.`,
      data: { path },
    });
  }
}
