import type { WebSocket } from "ws";
import { type Connection, createConnection } from "./connection.ts";
import type { RpcLimits } from "./limits.ts";

/** Speaks JSON-RPC over one WebSocket, until either side ends it. `answer` gives the text that answers a text. */
export function serveWebSocket(
  socket: WebSocket,
  {
    limits,
    answer,
  }: { readonly limits: RpcLimits; readonly answer: (text: string, connection: Connection) => Promise<string> },
): void {
  const send = (text: string): void => {
    // A reader slower than its news is let go, instead of kept in memory.
    if (socket.bufferedAmount > limits.maxBufferedBytes) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.send(text);
  };
  const connection = createConnection(limits, send);
  const heart = keepAlive(socket, limits.idleTimeout);
  socket.on("message", (data, isBinary) => {
    heart.beat();
    if (isBinary) return socket.close(1003, "text only");
    if (socket.bufferedAmount > limits.maxBufferedBytes) return socket.terminate();
    answer(data.toString(), connection)
      .then(send)
      .finally(() => {
        if (connection.isFlooding) socket.terminate();
      });
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    heart.stop();
    for (const end of connection.subscriptions.values()) end();
    connection.subscriptions.clear();
  });
}

/** Ends a socket from which nothing was heard for twice `milliseconds`, not even the answer to a ping. */
function keepAlive(socket: WebSocket, milliseconds: number): { beat(): void; stop(): void } {
  let isAlive = true;
  const beat = () => {
    isAlive = true;
  };
  socket.on("pong", beat);
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, milliseconds);
  return { beat, stop: () => clearInterval(timer) };
}
