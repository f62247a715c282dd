import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Coordinator } from "../coordinator/createCoordinator.ts";
import { frameToText } from "./frames.ts";

/** Milliseconds between two signs of life; a layer that misses one is taken for gone. */
const HEARTBEAT = 4_000;
/** A block's inputs are a few MiB, a packed circuit some tens. */
const LARGEST_FRAME = 256 * 2 ** 20;
const MOST_CONNECTIONS = 4_096;

export type LayerServer = {
  /** Takes over an HTTP connection that wants to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

/** The coordinator's side of the connections with layers. */
export function serveLayers(coordinator: Pick<Coordinator, "accept">): LayerServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME, perMessageDeflate: false });
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      if (server.clients.size >= MOST_CONNECTIONS) return void socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      server.handleUpgrade(request, socket, head, (webSocket) => {
        let alive = true;
        const connection = coordinator.accept({
          send: (frame) => {
            if (webSocket.readyState === webSocket.OPEN) webSocket.send(frameToText(frame));
          },
          close: () => webSocket.close(),
        });
        webSocket.on("message", (data) => {
          alive = true;
          void connection.receive(data.toString());
        });
        webSocket.on("pong", () => {
          alive = true;
        });
        webSocket.on("error", () => webSocket.terminate());
        const heartbeat = setInterval(() => {
          if (!alive) return webSocket.terminate();
          alive = false;
          webSocket.ping();
        }, HEARTBEAT);
        webSocket.on("close", () => {
          clearInterval(heartbeat);
          connection.closed();
        });
      });
    },
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
