import { fieldToHex } from "@frond/foundation";
import { LAST_TIME, signTransaction } from "@frond/protocol";
import { requestOf, submitSwaps } from "./submitSwaps.ts";

/** Who calls the counter of `create-frond`. */
const SECRET = 77n;
/** The counter's only method. */
const INCREMENT = 0;

/** Adds one to a counter, and waits for the promise of it. */
export async function countOnce(url: string, nonce: number): Promise<void> {
  const { result } = JSON.parse(await ask(url, "frond_getLayer", {})) as {
    readonly result: { readonly layerId: string };
  };
  const call = { layerId: BigInt(result.layerId), method: INCREMENT, args: [1n], nonce, maxFee: 0n, expiry: LAST_TIME };
  await submitSwaps(url, [requestOf(signTransaction(call, SECRET), 0)], {});
}

/** What the layer says of a call that adds so much, and that nobody sends; nothing while nobody answers. */
export function simulateCount(url: string, by: bigint): Promise<string> {
  const params = { sender: fieldToHex(SECRET), method: INCREMENT, args: [fieldToHex(by)] };
  return ask(url, "frond_simulate", params).catch(() => "");
}

async function ask(url: string, method: string, params: object): Promise<string> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  return await (await fetch(url, { method: "POST", headers, body })).text();
}
