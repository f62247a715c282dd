import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** What an operator puts between a layer's node and the coordinator who wants no forced transaction executed. */
export type Censor = {
  /** For `frond node --coordinator`. */
  readonly url: string;
  /** How many forced transactions the node has not been told of, each counted whenever the coordinator gave it. */
  dropped(): number;
  close(): Promise<void>;
};

const LARGEST_MESSAGE = 16 * 2 ** 20;

/** Passes on everything but forced transactions. */
export async function startCensor(coordinatorUrl: string): Promise<Censor> {
  let dropped = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "POST", url = "/" } = request;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${coordinatorUrl}${url}`, { method, headers, body: Buffer.concat(chunks) });
    response.writeHead(answer.status, headers).end(await answer.text());
  });
  const options = { perMessageDeflate: false, maxPayload: LARGEST_MESSAGE };
  const nodes = new WebSocketServer({ server, ...options });
  nodes.on("connection", (node, { url }) => {
    const coordinator = new WebSocket(`${coordinatorUrl.replace(/^http/, "ws")}${url}`, options);
    // The coordinator speaks first, so the node has nothing to say before that connection is open.
    node.on("message", (data, isBinary) => coordinator.send(data, { binary: isBinary }));
    coordinator.on("message", (data, isBinary) => {
      if (isForced(data)) dropped++;
      else node.send(data, { binary: isBinary });
    });
    for (const [one, other] of [
      [node, coordinator],
      [coordinator, node],
    ] as const) {
      one.on("error", () => one.terminate());
      one.on("close", () => other.close());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dropped: () => dropped,
    async close() {
      for (const node of nodes.clients) node.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isForced(data: RawData): boolean {
  const frame = JSON.parse(data.toString()) as { readonly type?: unknown; readonly forced?: unknown };
  return frame.type === "deliver" && frame.forced !== undefined;
}
