import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
/** What is said in place of the node: a body with a status, or an error of JSON-RPC. */
export type Said =
  | { readonly status?: number; readonly body: string }
  | { readonly error: { readonly code: number; readonly message: string } };

export type RpcProxy = {
  readonly url: string;
  /** Every call so far. */
  readonly calls: Call[];
  /** Answers in place of the node; undefined passes the call on. Tests replace it. */
  intercept(call: Call): Said | undefined | Promise<Said | undefined>;
  close(): Promise<void>;
};

/** An HTTP server before a real node, as providers have them, with their limits and faults. */
export async function startRpcProxy(nodeUrl: string): Promise<RpcProxy> {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const call = JSON.parse(text) as Call;
    proxy.calls.push(call);
    const said = await proxy.intercept(call);
    response.setHeader("content-type", "application/json");
    if (said === undefined) {
      const headers = { "content-type": "application/json" };
      // A node may close a connection while a request is on its way: whoever sent the request sees that.
      const answer = await fetch(nodeUrl, { method: "POST", headers, body: text })
        .then((answered) => answered.text())
        .catch(() => undefined);
      if (answer === undefined) response.destroy();
      else response.end(answer);
    } else if ("error" in said) {
      response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, error: said.error }));
    } else {
      response.statusCode = said.status ?? 200;
      response.end(said.body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    intercept: () => undefined,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
