import { createTransport } from "@frond/sdk";

/** One answer of the server at an address; undefined if it has none. Throws RpcError of the server, TransportError. */
export async function ask(url: string, method: string, params: unknown = {}): Promise<unknown> {
  const transport = createTransport(url);
  try {
    const [outcome] = await transport.send([{ method, params }]);
    if (outcome === undefined || !outcome.ok) throw outcome?.error;
    return outcome.result ?? undefined;
  } finally {
    await transport.close();
  }
}
