import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FrondError } from "@frond/foundation";
import { toJsonValue } from "@frond/protocol";

/** The served methods. A method that throws a FrondError answers with that error, as a node does. */
export type Methods = Readonly<Record<string, (params: never) => unknown>>;

export type Served = { readonly url: string; close(): Promise<void> };

/** A real HTTP server that speaks JSON-RPC with batches, for tests of clients. */
export async function serveRpc(methods: Methods): Promise<Served> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const call = JSON.parse(body) as Call | Call[];
    const answers = [];
    for (const one of Array.isArray(call) ? call : [call]) answers.push(await answer(methods, one));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(Array.isArray(call) ? answers : answers[0]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Call = { readonly id: number; readonly method: string; readonly params: never };

async function answer(methods: Methods, { id, method, params }: Call) {
  try {
    return { jsonrpc: "2.0", id, result: toJsonValue((await methods[method]!(params)) ?? null) };
  } catch (error) {
    if (!(error instanceof FrondError)) throw error;
    const { code, message, data } = error;
    return { jsonrpc: "2.0", id, error: { code: -32_000, message, data: toJsonValue({ ...data, code }) } };
  }
}
