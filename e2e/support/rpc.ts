/** What a server of JSON-RPC says of a failure. */
export type Refusal = { readonly message: string; readonly data?: { readonly code: string } };

/** The answer of a server of JSON-RPC, or its refusal. */
export async function callRpc<T>(
  url: string,
  method: string,
  params: unknown = {},
): Promise<{ readonly result?: T; readonly error?: Refusal }> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  return (await (await fetch(url, { method: "POST", headers, body })).json()) as { result?: T; error?: Refusal };
}

/** The answer of a server of JSON-RPC. */
export async function askRpc<T>(url: string, method: string, params: unknown = {}): Promise<T> {
  const { result, error } = await callRpc<T>(url, method, params);
  if (error !== undefined) throw new Error(`${method} of ${url}: ${error.message}`);
  return result as T;
}
