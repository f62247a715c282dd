import { FrondError } from "@frond/foundation";

/** The address of a database that cannot be used. */
export class DatabaseAddressError extends FrondError {
  constructor(address: string, problem: string) {
    super({
      code: "indexer/database-address",
      message:
        `The database ${address} can't be used: ${problem}. ` +
        "Give the path of a SQLite file, or postgres://user@host/name.",
      data: { address },
    });
  }
}

/** The database does not answer, or refuses. */
export class DatabaseError extends FrondError {
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    super({
      code: "indexer/database",
      message:
        `The database ${address} refuses or does not answer: ${reason}. ` +
        "Nothing is half written; mend that, and start again: it goes on where it was.",
      data: { address, reason },
      cause,
    });
  }
}

/** Another indexer writes to the database, or has written to it since this one read it. */
export class OtherWriterError extends FrondError {
  constructor(address: string) {
    super({
      code: "indexer/other-writer",
      message: `Another process indexes into ${address}. Stop that one first, or let this one write to a database of its own.`,
      data: { address },
    });
  }
}

/** The database holds another network. */
export class OtherNetworkError extends FrondError {
  constructor(address: string, data: { readonly expected: string; readonly actual: string }) {
    super({
      code: "indexer/other-network",
      message:
        `The database ${address} is of the network ${data.actual}, and the node is of ${data.expected}. ` +
        "Give each network a database of its own.",
      data: { address, ...data },
    });
  }
}

/** The database holds another layer under the same id, or a history that the node does not have. */
export class OtherLayerError extends FrondError {
  constructor(layer: string, problem: string) {
    super({
      code: "indexer/other-layer",
      message:
        `What the database has of the layer ${layer} is not what its node has: ${problem}. ` +
        "Ask the layer's own node, or begin with an empty database.",
      data: { layer, problem },
    });
  }
}

/** The tables are of another version of Frond, or nobody knows whose. */
export class SchemaVersionError extends FrondError {
  constructor(address: string, data: { readonly expected: number; readonly actual: number }) {
    super({
      code: "indexer/schema-version",
      message:
        `The tables in ${address} have version ${data.actual}, and this version of Frond writes ${data.expected}. ` +
        "Begin with an empty database: all of it is read again from the nodes.",
      data: { address, ...data },
    });
  }
}

/** The node has pruned blocks that the database needs. */
export class BlocksMissingError extends FrondError {
  constructor(layer: string, data: { readonly next: number; readonly first: number }) {
    super({
      code: "indexer/blocks-missing",
      message:
        `The database needs block ${data.next} of the layer ${layer} next, and its node keeps blocks from ` +
        `${data.first} on. Ask a node that was started with \`--keep-epochs all\`, or begin an empty database with ` +
        `--from-block ${data.first}, without what happened before.`,
      data: { layer, ...data },
    });
  }
}

/** What is at an address that is not that of a layer's node. */
type OtherServer = "follower" | "unknown";

const WHY_NOT: Readonly<Record<OtherServer, string>> = {
  follower:
    "is a follower. L1 has no blocks, transactions and events, and entries only by the hashes of their keys, so a " +
    "follower has no rows for an index; ask it for single values with frond_getAccount, frond_getEntry and frond_view",
  unknown: "is not the node of a layer, but a coordinator or another server",
};

/** Only the node of a layer has what is indexed. */
export class NotANodeError extends FrondError {
  constructor(url: string, server: OtherServer) {
    super({
      code: "indexer/not-a-node",
      message: `${url} ${WHY_NOT[server]}. Give the address of the layer's own node with --node; \`frond layer list\` shows it.`,
      data: { url, server },
    });
  }
}
