import { FrondError } from "@frond/foundation";

/** The codes of JSON-RPC 2.0, and two of our own: what a layer refuses, and what a limit refuses. */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  refused: -32000,
  limit: -32005,
} as const;

/** An error that the server itself answers with; `data.code` is stable. */
export class RpcError extends FrondError {
  readonly rpcCode: number;

  constructor(kind: keyof typeof RPC_CODES, input: { code: string; message: string; data?: Record<string, unknown> }) {
    super({ ...input, code: `rpc/${input.code}` });
    this.rpcCode = RPC_CODES[kind];
  }
}

export type ErrorObject = { readonly code: number; readonly message: string; readonly data: Record<string, unknown> };

/** What a caller is told. Errors of ours say all they know; of others, only that something is wrong here. */
export function errorObject(error: unknown): ErrorObject {
  if (error instanceof RpcError)
    return { code: error.rpcCode, message: error.message, data: { ...error.data, code: error.code } };
  if (error instanceof FrondError)
    return { code: RPC_CODES.refused, message: error.message, data: { ...error.data, code: error.code } };
  return {
    code: RPC_CODES.internal,
    message: "The node failed to answer. Look at its log, and try again.",
    data: { code: "rpc/internal" },
  };
}

export const parseError = (reason: string): RpcError =>
  new RpcError("parse", {
    code: "parse",
    message: `The request cannot be read: ${reason}. Send JSON as JSON-RPC 2.0 says.`,
  });

export const tooDeep = (limit: number): RpcError =>
  new RpcError("parse", {
    code: "too-deep",
    message: `The request is nested more than ${limit} deep. Send flatter JSON.`,
    data: { limit },
  });

export const tooLarge = (limit: number): RpcError =>
  new RpcError("limit", {
    code: "too-large",
    message: `The request is larger than ${limit} bytes. Send smaller batches.`,
    data: { limit },
  });

export const invalidRequest = (reason: string): RpcError =>
  new RpcError("invalidRequest", {
    code: "invalid-request",
    message: `This is no JSON-RPC 2.0 request: ${reason}. Send jsonrpc, id, method and params.`,
  });

export const batchTooLarge = (limit: number): RpcError =>
  new RpcError("limit", {
    code: "batch-too-large",
    message: `The batch holds more than ${limit} calls. Split it.`,
    data: { limit },
  });

export const methodNotFound = (method: string, known: readonly string[]): RpcError =>
  new RpcError("methodNotFound", {
    code: "method-not-found",
    message: `There is no method ${method.slice(0, 60)}. Use one of ${known.join(", ")}.`,
  });

export const invalidParams = (path: string, problem: string): RpcError =>
  new RpcError("invalidParams", {
    code: "invalid-params",
    message: `The parameter ${path === "" ? "object" : `\`${path}\``} is wrong: ${problem}. Correct it and call again.`,
    data: { path },
  });

export const callsTooFast = (retryAfter: number): RpcError =>
  new RpcError("limit", {
    code: "rate-limited",
    message: `This connection, or all from its address together, call too fast. Wait ${retryAfter} ms, then call again.`,
    data: { retryAfter },
  });

export const tooManyInFlight = (limit: number): RpcError =>
  new RpcError("limit", {
    code: "too-many-in-flight",
    message: `This connection, or its address, would have more than ${limit} calls under way. Wait for answers before calling again.`,
    data: { limit, retryAfter: 100 },
  });

export const nodeBusy = (): RpcError =>
  new RpcError("limit", {
    code: "busy",
    message: "The node holds as many bytes of requests as it may, in all or of this address. Try again in a second.",
    data: { retryAfter: 1_000 },
  });

export const tooManyWatched = (limit: number): RpcError =>
  new RpcError("limit", {
    code: "busy",
    message: `The node watches as many entries as it may (${limit}). Read the entries now, and subscribe again later.`,
    data: { limit, retryAfter: 10_000 },
  });

export const simulationsBusy = (retryAfter: number): RpcError =>
  new RpcError("limit", {
    code: "busy",
    message: `The node simulates no more calls now, for those that are signed come first. Try again in ${retryAfter} ms.`,
    data: { retryAfter },
  });

export const notFound = (what: string, key: string): RpcError =>
  new RpcError("refused", {
    code: "not-found",
    message: `There is no ${what} ${key} yet. Check the number, or ask again later.`,
    data: { what, key },
  });

export const notKept = (block: number, first: number): RpcError =>
  new RpcError("refused", {
    code: "not-kept",
    message:
      `Block ${block} has settled long ago, and this node keeps blocks from ${first} on. Ask a node that was started ` +
      "with `--keep-epochs all`.",
    data: { block, first },
  });

export const cursorUnknown = (cursor: string): RpcError =>
  new RpcError("refused", {
    code: "cursor-unknown",
    message:
      `This node can't say what became of the events before the cursor ${cursor}: it is of another node, or too old. ` +
      "Read the events again from a block on (`fromBlock`).",
    data: { cursor },
  });

export const eventsBehind = (limit: number): RpcError =>
  new RpcError("refused", {
    code: "events-behind",
    message:
      `There are more events since this cursor than the ${limit} that a subscription begins with. ` +
      "Read them with frond_getEvents, then subscribe with the cursor that it gives.",
    data: { limit },
  });

export const tooFarBack = (block: number, first: number): RpcError =>
  new RpcError("refused", {
    code: "too-far-back",
    message:
      `This node knows the state after block ${first} and later ones, and not after block ${block}. ` +
      "Ask for one of those.",
    data: { block, first },
  });

export const unknownView = (view: string, known: readonly string[]): RpcError =>
  new RpcError("refused", {
    code: "unknown-view",
    message: `The application has no view ${view}. Use one of: ${known.join(", ") || "none"}.`,
    data: { view, known },
  });

export const viewFailed = (view: string, reason: string): RpcError =>
  new RpcError("refused", {
    code: "view-failed",
    message: `The view ${view} has no answer: ${reason}. Ask with other arguments.`,
    data: { view, reason },
  });

export const eventsNotFollowed = (): RpcError =>
  new RpcError("refused", {
    code: "events-not-followed",
    message:
      "A follower knows the states that L1 has, and no events: nobody publishes or proves them. " +
      "Ask the layer's own node.",
  });

export const applicationUnknown = (layer: string): RpcError =>
  new RpcError("refused", {
    code: "application-unknown",
    message:
      `This follower has the state of layer ${layer}, and was not told which application it runs. ` +
      "Start it with `frond follow --application <layer>=<module>`, or ask the layer's own node.",
    data: { layer },
  });

export const needsWebSocket = (): RpcError =>
  new RpcError("refused", {
    code: "needs-websocket",
    message: "Subscriptions need a connection that stays. Connect to the same address with a WebSocket.",
  });

export const tooManySubscriptions = (limit: number): RpcError =>
  new RpcError("limit", {
    code: "too-many-subscriptions",
    message: `This connection, or its address, has ${limit} subscriptions, and may not have more. End one first.`,
    data: { limit },
  });

const LONGEST_SHOWN = 100;

export function hostRefused(host: string): RpcError {
  const name = host.slice(0, LONGEST_SHOWN);
  return new RpcError("refused", {
    code: "host-refused",
    message:
      `This server is not known as ${JSON.stringify(name)}. Call it by its address, or add the name to allowedHosts in ` +
      "frond.config.ts (--allowed-hosts of `frond start` and `frond node`).",
    data: { host: name },
  });
}

export function originRefused(origin: string): RpcError {
  const page = origin.slice(0, LONGEST_SHOWN);
  return new RpcError("refused", {
    code: "origin-refused",
    message:
      `Pages of the origin ${JSON.stringify(page)} may not call this server. Add the origin to allowedOrigins in ` +
      "frond.config.ts (--allowed-origins of `frond start` and `frond node`).",
    data: { origin: page },
  });
}

export const needsJson = (type: string): RpcError =>
  new RpcError("refused", {
    code: "content-type",
    message: `The request is of type ${JSON.stringify(type.slice(0, LONGEST_SHOWN))}. Send the header content-type: application/json.`,
  });

export const readOnly = (method: string): RpcError =>
  new RpcError("refused", {
    code: "read-only",
    message:
      `${method} changes a layer, and this server follows L1 and only reads. Send it to the layer's own node; if that ` +
      "does not answer, force the transaction on L1 (`frond force`).",
    data: { method },
  });

export const notPublished = (method: string): RpcError =>
  new RpcError("refused", {
    code: "not-published",
    message: `${method} asks for what a layer does not publish. Ask the layer's own node.`,
    data: { method },
  });

export const needsLayer = (path: string): RpcError =>
  new RpcError("refused", {
    code: "needs-layer",
    message: "This method is of one layer. Post to /layers/ and the layer's id; frond_follower lists the ids.",
    data: { path: path.slice(0, LONGEST_SHOWN) },
  });

export const readingUnserved = (): RpcError =>
  new RpcError("refused", {
    code: "l1-not-served",
    message: "This coordinator reads no other L1 for pages than a local one. Ask the L1 of frond_getDeployment itself.",
  });

export const readingUnbounded = (): RpcError =>
  new RpcError("refused", {
    code: "l1-range",
    message: "The logs of more than 10,000 blocks, or of no range, were asked for. Give fromBlock and toBlock as hex.",
  });
