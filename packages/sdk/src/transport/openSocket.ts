import { TransportError } from "../errors.ts";
import { reasonOf } from "./outcome.ts";

/** What browsers, Node and the package `ws` have in common. */
export type Socket = {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
};

/**
 * Opens a WebSocket: the platform's own, or that of the package `ws` where there is none (Node before 22).
 * @throws {@link TransportError} when it is not open in time
 */
export async function openSocket(url: string, timeoutSeconds: number): Promise<Socket> {
  const { WebSocket } = globalThis as { WebSocket?: new (url: string) => Socket };
  const Constructor = WebSocket ?? ((await import("ws")).WebSocket as unknown as new (url: string) => Socket);
  return await new Promise((resolve, reject) => {
    const socket = new Constructor(url);
    const fail = (reason: string, cause?: unknown) => {
      clearTimeout(timer);
      socket.onopen = socket.onclose = null;
      // The error of a socket that is closed before it is open belongs to nobody.
      socket.onerror = () => {};
      socket.close();
      reject(new TransportError(url, reason, cause));
    };
    const timer = setTimeout(() => fail(`no connection within ${timeoutSeconds} seconds`), timeoutSeconds * 1000);
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(socket);
    };
    // Browsers give no reason, so that pages can't look around in the reader's network.
    socket.onerror = (event) => {
      const { error } = event as { error?: unknown };
      fail(error === undefined ? "the connection was refused" : reasonOf(error), error);
    };
    socket.onclose = () => fail("the connection was closed");
  });
}
