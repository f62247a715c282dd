import { BaseError, HttpRequestError, type HttpTransport, type HttpTransportConfig, http, RpcRequestError } from "viem";
import { type LayerOneAnswer, LayerOneAnswerError } from "./errors.ts";
import { isForOtherProviders, isLimit } from "./providerRefusals.ts";

/** What the answers to the methods that Frond calls look like. Other methods may answer anything, null included. */
const ANSWERS: readonly { readonly methods: readonly string[]; isAnswer(result: unknown): boolean; what: string }[] = [
  {
    methods: ["eth_blockNumber", "eth_chainId", "eth_gasPrice", "eth_getBalance", "eth_getTransactionCount"],
    isAnswer: isQuantity,
    what: "a number in hex",
  },
  {
    methods: ["eth_estimateGas", "eth_maxPriorityFeePerGas", "eth_blobBaseFee"],
    isAnswer: isQuantity,
    what: "a number in hex",
  },
  {
    methods: ["eth_call", "eth_getCode", "eth_getStorageAt", "eth_sendRawTransaction", "eth_sendTransaction"],
    isAnswer: (result) => typeof result === "string" && /^0x[0-9a-fA-F]*$/.test(result),
    what: "bytes in hex",
  },
  { methods: ["eth_getLogs"], isAnswer: Array.isArray, what: "a list" },
  {
    methods: ["eth_getBlockByNumber", "eth_getBlockByHash", "eth_getTransactionByHash", "eth_getTransactionReceipt"],
    // Null says that there is none.
    isAnswer: (result) => typeof result === "object" && !Array.isArray(result),
    what: "an object",
  },
];

const LONGEST_SHOWN = 120;

/**
 * The transport to L1 by its RPC address, or by several with commas between: the one that answered last is asked first,
 * and the next one if it gives no answer. An answer that is none (a limit, an empty body, HTML, null, another type) is
 * an error that names the address and what came, not one of whoever reads a field of it.
 * Requests throw LayerOneAnswerError; an error that L1 itself reports, such as a revert, is viem's.
 *
 * All addresses have to be of one chain: that of the client, or that of the address which answers first. One that is of
 * another chain is never asked anything else.
 */
export function layerOneTransport(urls: string, config: HttpTransportConfig = {}): HttpTransport {
  const addresses = layerOneUrls(urls);
  // With others to ask, nothing is tried twice at the same address before.
  const retries = addresses.length === 1 ? {} : { retryCount: 0 };
  const transports = addresses.map((url) => transportOf(url, { ...retries, ...config }));
  if (transports.length === 1) return transports[0]!;
  let first = 0;
  return ((options) => {
    let expected = options.chain?.id;
    const bases = transports.map((transport) => transport(options));
    const isOfChain = bases.map(() => false);
    const requireChain = async (index: number): Promise<void> => {
      if (isOfChain[index]) return;
      const id = Number(await bases[index]!.request({ method: "eth_chainId" }));
      expected ??= id;
      if (id !== expected) throw ofOtherChain(addresses[index]!, { expected, actual: id });
      isOfChain[index] = true;
    };
    const request = async (call: { readonly method: string }, ...rest: unknown[]): Promise<unknown> => {
      const failures: unknown[] = [];
      for (let i = 0; i < bases.length; i++) {
        const index = (first + i) % bases.length;
        try {
          await requireChain(index);
          const result = await (bases[index]!.request as (...args: unknown[]) => Promise<unknown>)(call, ...rest);
          // Of several requests at once, each moves on from the same address.
          if (failures.length > 0) first = index;
          return result;
        } catch (error) {
          if (!(error instanceof LayerOneAnswerError) && !isForOtherProviders(error)) throw error;
          failures.push(error);
        }
      }
      throw summaryOf(failures);
    };
    return { ...bases[0]!, request };
  }) as HttpTransport;
}

/** The addresses of L1, the preferred one first. */
export function layerOneUrls(urls: string): string[] {
  return urls
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
}

function ofOtherChain(url: string, chain: { readonly expected: number; readonly actual: number }): LayerOneAnswerError {
  const came = `it is of chain ${chain.actual}, and the others are of chain ${chain.expected}`;
  return new LayerOneAnswerError({ url: shownUrl(url), method: "eth_chainId", came, status: undefined });
}

/** The last failure, which says of the others what came from them. */
function summaryOf(failures: readonly unknown[]): unknown {
  const answers = failures.filter((failure) => failure instanceof LayerOneAnswerError);
  const last = answers.at(-1);
  if (last === undefined || answers.length < failures.length)
    return failures.find((failure) => !(failure instanceof LayerOneAnswerError)) ?? failures.at(-1);
  const { url, method, came, status } = last.data as LayerOneAnswer;
  const others = answers.slice(0, -1).map(({ data }) => `; ${String(data.url)}: ${String(data.came)}`);
  return new LayerOneAnswerError({ url, method, came: `${came}${others.join("")}`, status }, last);
}

/** The transport to one address. */
function transportOf(url: string, config: HttpTransportConfig): HttpTransport {
  const transport = http(url, config);
  return ((options) => {
    const base = transport(options);
    const request = async (call: { readonly method: string }, ...rest: unknown[]): Promise<unknown> => {
      const { method } = call;
      const refuse = (came: string, cause?: unknown): never => {
        throw new LayerOneAnswerError({ url: shownUrl(url), method, came, status: statusOf(cause) }, cause);
      };
      let result: unknown;
      try {
        result = await (base.request as (...args: unknown[]) => Promise<unknown>)(call, ...rest);
      } catch (error) {
        if (isReported(error) && !isLimit(error)) throw error;
        refuse(describeFailure(error), error);
      }
      if (result === undefined) return refuse("an empty answer, or one without a result");
      const expected = ANSWERS.find(({ methods }) => methods.includes(method));
      if (expected === undefined || expected.isAnswer(result)) return result;
      return refuse(`${shown(JSON.stringify(result))} instead of ${expected.what}`);
    };
    return { ...base, request };
  }) as HttpTransport;
}

function isQuantity(result: unknown): boolean {
  return typeof result === "string" && /^0x[0-9a-fA-F]+$/.test(result);
}

/** Whether L1 answered with an error of its own. That of a request with an HTTP status is the server's. */
function isReported(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  if (statusOf(error) === 429) return false;
  return error.walk((cause) => cause instanceof RpcRequestError) !== null;
}

function describeFailure(error: unknown): string {
  const reported = error instanceof BaseError && error.walk((cause) => cause instanceof RpcRequestError);
  if (reported instanceof RpcRequestError && statusOf(error) === undefined)
    return `the provider's limit (${reported.code}, ${shown(reported.details)})`;
  const status = statusOf(error);
  if (status !== undefined) {
    const { details = "" } = error as { details?: string };
    return `HTTP status ${status}${status === 429 ? " (too many requests)" : ""}${details === "" ? "" : `, ${shown(details)}`}`;
  }
  const cause = rootOf(error);
  if (cause instanceof SyntaxError) return `what came is not JSON (${shown(cause.message)})`;
  if (cause instanceof TypeError && !(error instanceof HttpRequestError))
    return "null, or another answer that is no object";
  const { code } = cause as { code?: unknown };
  return shown(typeof code === "string" && !cause.message.includes(code) ? `${code} ${cause.message}` : cause.message);
}

function statusOf(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { status } = at as { status?: unknown };
    if (typeof status === "number") return status;
  }
  return undefined;
}

function rootOf(error: unknown): Error {
  let at = error instanceof Error ? error : new Error(String(error));
  while (at.cause instanceof Error) at = at.cause;
  return at;
}

/** Without what is secret in it: a password, and keys behind the question mark. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return shown(text);
  const url = new URL(text);
  url.username = "";
  url.password = "";
  url.search = "";
  return url.href.replace(/\/$/, "");
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}..`;
}
