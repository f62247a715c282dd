import {
  type Address,
  type Hex,
  isAddressEqual,
  isHex,
  numberToHex,
  parseSignature,
  parseTransaction,
  recoverTransactionAddress,
  serializeTransaction,
  type TransactionSerializable,
} from "viem";
import { SignerError } from "../errors.ts";
import { shownUrl } from "../layerOneTransport.ts";
import { toSerializable } from "./toSerializable.ts";
import type { Signer, Unsigned } from "./types.ts";

/** web3signer signs by this path and the key's name; any other address is asked by JSON-RPC. */
const SIGN_PATH = "/api/v1/eth1/sign/";
const REPLY_MILLISECONDS = 60_000;

export type ExternalSignerOptions = { readonly url: string; readonly address: Address };

/**
 * A signer on another machine, which holds the key: `eth_signTransaction` by JSON-RPC, or the signing path of
 * web3signer. What comes back is used only if it is the transaction that was asked for, signed by `address`.
 * Signing throws {@link SignerError}.
 */
export function externalSigner({ url, address }: ExternalSignerOptions): Signer {
  const sign = new URL(url).pathname.includes(SIGN_PATH) ? signByPath : signByMethod;
  const refuse = (came: string, cause?: unknown): never => {
    throw new SignerError({ url: shownUrl(url), address, came }, cause);
  };
  return {
    address,
    async sign(transaction) {
      const wanted = serializeTransaction(toSerializable(transaction));
      const raw = await sign({ url, address, transaction, wanted, refuse });
      await requireSame({ raw, wanted, address }).catch((error: unknown) => refuse(String(error), error));
      return raw;
    },
  };
}

type Call = ExternalSignerOptions & {
  readonly transaction: Unsigned;
  /** The transaction without a signature. */
  readonly wanted: Hex;
  refuse(came: string, cause?: unknown): never;
};

/** web3signer hashes what it gets with Keccak-256 and signs the hash. */
async function signByPath({ url, transaction, wanted, refuse }: Call): Promise<Hex> {
  const text = (await post(url, { data: wanted }, refuse)).trim().replace(/^"|"$/g, "");
  if (!/^0x[0-9a-fA-F]{130}$/.test(text)) return refuse(`${text.slice(0, 120)} instead of a signature`);
  return serializeTransaction(toSerializable(transaction), parseSignature(text as Hex));
}

async function signByMethod({ url, address, transaction, refuse }: Call): Promise<Hex> {
  const { to, data, blobVersionedHashes, ...fields } = transaction;
  const quantities = Object.fromEntries(Object.entries(fields).map(([name, number]) => [name, numberToHex(number)]));
  const kind = blobVersionedHashes === undefined ? { type: "0x2" } : { type: "0x3", blobVersionedHashes };
  const parameter = { ...kind, from: address, ...(to === undefined ? {} : { to }), data, ...quantities };
  const request = { jsonrpc: "2.0", id: 1, method: "eth_signTransaction", params: [parameter] };
  const text = await post(url, request, refuse);
  const { result, error } = parse(text, refuse) as { result?: unknown; error?: { message?: unknown } };
  if (error !== undefined && error !== null) return refuse(String(error.message ?? JSON.stringify(error)));
  // geth's kind of answer has the transaction once more beside it.
  const raw = typeof result === "object" && result !== null ? (result as { raw?: unknown }).raw : result;
  return isHex(raw) ? raw : refuse(`${text.slice(0, 120)} instead of a signed transaction`);
}

async function post(url: string, body: unknown, refuse: Call["refuse"]): Promise<string> {
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(REPLY_MILLISECONDS);
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
    const text = await response.text();
    return response.ok ? text : refuse(`HTTP status ${response.status}, ${text.slice(0, 120)}`);
  } catch (error) {
    if (error instanceof SignerError) throw error;
    const { message, cause } = error as Error;
    return refuse(cause instanceof Error ? cause.message : message, error);
  }
}

function parse(text: string, refuse: Call["refuse"]): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  return refuse(`${text.slice(0, 120)} instead of JSON-RPC`);
}

/** Without its signature, what came is what was asked for, and the signature is that of the account. */
async function requireSame(of: { readonly raw: Hex; readonly wanted: Hex; readonly address: Address }): Promise<void> {
  const { r: _r, s: _s, v: _v, yParity: _p, ...rest } = parseTransaction(of.raw) as Record<string, unknown>;
  if (serializeTransaction(rest as TransactionSerializable) !== of.wanted)
    throw new Error("the signature of another transaction");
  const signer = await recoverTransactionAddress({
    serializedTransaction: of.raw as `0x02${string}` | `0x03${string}`,
  });
  if (!isAddressEqual(signer, of.address)) throw new Error(`the signature of ${signer}`);
}
