import type { Logger } from "@frond/foundation";
import { toJsonValue } from "@frond/protocol";
import type * as z from "zod";
import type { Connection } from "./connection.ts";
import { type ErrorObject, errorObject, invalidParams, methodNotFound } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";
import { type ParsedCall, parseRequest, type RpcRequest } from "./parseRequest.ts";

/** Where a request was sent to, and what its caller says about it beside its text. */
export type Origin = {
  /** Most servers answer alike at every path. */
  readonly path: string;
  /** Of the caller's span, as the caller says. */
  readonly traceparent?: string | undefined;
};

/** The call that a method answers. */
export type CallOrigin = Origin & {
  /** When the call began, by `performance.now`. */
  readonly startedAt: number;
};

/**
 * A method: a schema for its parameters, which pass it before `run` sees them. Bigints in the result become hex
 * strings.
 */
export type RpcMethod = {
  readonly params: z.ZodType;
  run(params: never, connection: Connection, origin: CallOrigin): unknown;
};

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/** Defines a method with its parameters' type inferred. */
export const rpcMethod = <S extends z.ZodType>(
  params: S,
  run: (params: z.output<S>, connection: Connection, origin: CallOrigin) => unknown,
): RpcMethod => ({ params, run });

export type CallObserver = (call: { method: string; seconds: number; error: ErrorObject | undefined }) => void;

/** Answers the text of a request; never throws, and always gives an answer. */
export type Dispatch = (text: string, connection: Connection, origin: Origin) => Promise<string>;

type DispatchOptions = {
  readonly methods: RpcMethods;
  readonly limits: RpcLimits;
  readonly logger: Logger;
  readonly observe: CallObserver;
};

export function createDispatch(options: DispatchOptions): Dispatch {
  /** What cannot be read counts as one call. */
  const parse = (text: string, connection: Connection) => {
    try {
      return parseRequest(text, options.limits);
    } catch (error) {
      connection.begin(1);
      connection.end(1);
      throw error;
    }
  };

  return async (text, connection, origin) => {
    let begun = 0;
    let id: RpcRequest["id"] = null;
    try {
      const { isBatch, calls } = parse(text, connection);
      if (!isBatch) id = idOf(calls[0]!);
      connection.begin(calls.length);
      begun = calls.length;
      // All start in order, so transactions of one batch keep theirs.
      const answers = await Promise.all(calls.map((call) => answerCall(options, call, { connection, origin })));
      return isBatch ? `[${answers.join(",")}]` : answers[0]!;
    } catch (error) {
      return errorAnswer(id, errorObject(error));
    } finally {
      connection.end(begun);
    }
  };
}

/** Who calls, and where. */
type Caller = { readonly connection: Connection; readonly origin: Origin };

async function answerCall(
  { methods, logger, observe }: DispatchOptions,
  call: ParsedCall,
  { connection, origin }: Caller,
): Promise<string> {
  if ("error" in call) return errorAnswer(call.id, errorObject(call.error));
  const { request } = call;
  const startedAt = performance.now();
  let error: ErrorObject | undefined;
  try {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method === undefined) throw methodNotFound(request.method, Object.keys(methods));
    const result = await method.run(paramsOf(method, request), connection, { ...origin, startedAt });
    return JSON.stringify({ jsonrpc: "2.0", id: request.id, result: toJsonValue(result ?? null) });
  } catch (cause) {
    error = errorObject(cause);
    if (error.data.code === "rpc/internal")
      logger.error("A call failed", {
        method: request.method,
        error: cause instanceof Error ? cause.stack : String(cause),
      });
    return errorAnswer(request.id, error);
  } finally {
    const known = Object.hasOwn(methods, request.method);
    observe({ method: known ? request.method : "unknown", seconds: (performance.now() - startedAt) / 1000, error });
  }
}

function paramsOf(method: RpcMethod, request: RpcRequest): never {
  const params = method.params.safeParse(request.params);
  if (!params.success) {
    const issue = params.error.issues[0]!;
    throw invalidParams(issue.path.map(String).join(".").slice(0, 100), issue.message.slice(0, 200));
  }
  return params.data as never;
}

const errorAnswer = (id: RpcRequest["id"], error: ErrorObject): string =>
  JSON.stringify({ jsonrpc: "2.0", id, error: toJsonValue(error) });

const idOf = (call: ParsedCall): RpcRequest["id"] => ("error" in call ? call.id : call.request.id);
