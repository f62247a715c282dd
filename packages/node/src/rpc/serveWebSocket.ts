import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Allowance } from "./allowances.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import type { RpcLimits } from "./limits.ts";

export type WebSocketDependencies = {
  readonly limits: RpcLimits;
  readonly dispatch: (text: string, connection: Connection) => ReturnType<Dispatch>;
  readonly address: Allowance;
  /** Told when a call begins to be answered, and when that is over. */
  readonly onBusy: (change: 1 | -1) => void;
};

/** Unsent bytes of one WebSocket that nobody minds, however many WebSockets its address has. */
const SMALL_BYTES = 65_536;
/** Code of a connection that is closed for want of room: "try again later". */
const TRY_AGAIN = 1013;

/** Speaks JSON-RPC on a WebSocket until it ends. `socket` is the one below it. */
export function serveWebSocket(webSocket: WebSocket, socket: Duplex, dependencies: WebSocketDependencies): void {
  const { limits, dispatch, address, onBusy } = dependencies;
  let alive = true;
  const isOverflowing = () =>
    webSocket.bufferedAmount > limits.maxBufferedBytes ||
    (webSocket.bufferedAmount > SMALL_BYTES && address.isOverflowing());
  const send = (text: string): void => {
    // A reader slower than its news is let go, instead of kept in memory.
    if (isOverflowing()) webSocket.terminate();
    else if (webSocket.readyState === webSocket.OPEN) webSocket.send(text);
  };
  const connection = createConnection(limits, address, send);
  const arrival = watchArrival(webSocket, socket, dependencies);
  const unfollow = address.follow(webSocket);

  webSocket.on("message", (data: Buffer, isBinary) => {
    alive = true;
    const held = arrival.take();
    if (isBinary) return webSocket.close(1003, "text only");
    if (isOverflowing()) return webSocket.terminate();
    onBusy(1);
    dispatch(data.toString(), connection)
      .then(send)
      .finally(() => {
        onBusy(-1);
        address.release(held);
        if (connection.isFlooding) webSocket.terminate();
      });
  });
  webSocket.on("pong", () => {
    alive = true;
  });
  webSocket.on("error", () => webSocket.terminate());
  const heartbeat = setInterval(() => {
    if (!alive) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, limits.idleTimeout);
  webSocket.on("close", () => {
    clearInterval(heartbeat);
    address.release(arrival.take());
    unfollow();
    connection.close();
  });
}

/** Header and mask of a short frame. */
const CONTROL_FRAME_BYTES = 6;

/**
 * Counts the bytes of a frame while it arrives, and ends the connection when they are more than the address may have
 * here, or when the whole frame takes too long. `take` gives the bytes of a message that is
 * complete; they stay held until the caller releases them.
 */
function watchArrival(
  webSocket: WebSocket,
  socket: Duplex,
  { limits, address }: Pick<WebSocketDependencies, "limits" | "address">,
): { take(): number } {
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const take = () => {
    clearTimeout(timer);
    timer = undefined;
    const taken = bytes;
    bytes = 0;
    return taken;
  };
  // Before the WebSocket hears of them, so that a message that is complete takes its own bytes.
  socket.prependListener("data", (chunk: Buffer) => {
    try {
      address.hold(chunk.length);
    } catch (error) {
      return webSocket.close(TRY_AGAIN, (error as Error).message.slice(0, 120));
    }
    bytes += chunk.length;
    timer ??= setTimeout(() => webSocket.terminate(), limits.requestTimeout);
  });
  const isControl = (data: Buffer) => {
    const own = Math.min(bytes, data.length + CONTROL_FRAME_BYTES);
    bytes -= own;
    address.release(own);
    if (bytes === 0) take();
  };
  webSocket.on("ping", isControl);
  webSocket.on("pong", isControl);
  return { take };
}
