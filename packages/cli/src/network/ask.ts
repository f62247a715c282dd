import { createTransport } from "@frond/sdk";
import type { Settings } from "../settings.ts";
import { locateLayer } from "./layers.ts";

/** One answer of the server at an address; undefined if it has none. @throws RpcError of the server, TransportError */
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

/** One answer of a layer's node. */
export async function askLayer(
  settings: Settings,
  layer: string | undefined,
  question: { readonly method: string; readonly params: Record<string, unknown> },
): Promise<unknown> {
  const { url } = await locateLayer(settings, layer);
  return await ask(url, question.method, question.params);
}
