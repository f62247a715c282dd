import { sleep } from "@frond/foundation";
import { TransportError } from "../errors.ts";
import type { StateHolder } from "./connectionState.ts";
import { openSocket, type Socket } from "./openSocket.ts";
import { reasonOf } from "./outcome.ts";
import type { TransportOptions } from "./types.ts";
import { watchSilence } from "./watchSilence.ts";

export type ConnectionPorts = {
  readonly url: string;
  readonly holder: StateHolder;
  /** Whether somebody waits for news, so that a lost connection has to be opened again. */
  isNeeded(): boolean;
  /** Makes again on a new connection what the node has forgotten. */
  renew(): Promise<void>;
  onText(text: string): void;
  onLost(error: TransportError): void;
  /** Asks the node for a sign of life. */
  ask(): Promise<unknown>;
};

/** A connection that comes and goes. */
export type Connection = {
  /** Opens it, unless it is open. @throws {@link TransportError} */
  connect(): Promise<Socket>;
  readonly isClosed: boolean;
  close(): Promise<void>;
};

/** For which `close` waits for the node at most. */
const CLOSING_MILLISECONDS = 1_000;

export function createConnection(ports: ConnectionPorts, options: TransportOptions): Connection {
  const { url, holder } = ports;
  const { timeoutSeconds = 30 } = options;
  const closing = new AbortController();
  let opening: Promise<Socket> | undefined;
  let isReconnecting = false;
  let pause = new AbortController();

  async function connect(): Promise<Socket> {
    // Who asks now is refused only by an attempt that begins now: an older one may fail for what is over.
    const older = await opening?.catch(() => undefined);
    return older ?? (await openOnce());
  }

  /** One attempt at a time, for all who need the connection. */
  function openOnce(): Promise<Socket> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      if (!isReconnecting) holder.set({ kind: "idle" });
      throw error;
    });
    return opening;
  }

  async function open(): Promise<Socket> {
    if (closing.signal.aborted) throw closedError(url);
    if (holder.state.kind === "idle") holder.set({ kind: "connecting" });
    const socket = await openSocket(url, timeoutSeconds);
    listen(socket, { ports, onLost: lose, signal: closing.signal });
    if (closing.signal.aborted) throw closedError(url);
    holder.set({ kind: "connected" });
    pause.abort();
    return socket;
  }

  function lose(reason: string): void {
    opening = undefined;
    ports.onLost(new TransportError(url, reason));
    if (ports.isNeeded()) void reconnect(reason);
    else holder.set({ kind: "idle" });
  }

  /** Until there is a connection on which everything is made again, or nobody needs one. */
  async function reconnect(lostFor: string): Promise<void> {
    if (isReconnecting) return;
    isReconnecting = true;
    let reason = lostFor;
    for (let attempt = 1; ports.isNeeded() && !closing.signal.aborted; attempt++) {
      const pauseMilliseconds = pauseBefore(attempt, options);
      if (opening === undefined) holder.set({ kind: "reconnecting", attempt, pauseMilliseconds, reason });
      pause = new AbortController();
      await sleep(pauseMilliseconds, { signal: AbortSignal.any([pause.signal, closing.signal]) });
      try {
        await openOnce();
        await ports.renew();
        break;
      } catch (error) {
        reason = reasonOf(error);
      }
    }
    isReconnecting = false;
    if (opening === undefined) holder.set({ kind: "idle" });
  }

  return {
    connect,
    get isClosed() {
      return closing.signal.aborted;
    },
    async close() {
      closing.abort();
      holder.set({ kind: "closed" });
      const socket = await opening?.catch(() => undefined);
      if (socket !== undefined) await closeSocket(socket);
      ports.onLost(closedError(url));
    },
  };
}

/** Half of it by chance, so that not all clients of a node come back at once. */
function pauseBefore(attempt: number, options: TransportOptions): number {
  const { pauseMilliseconds = 250, longestPauseMilliseconds = 30_000 } = options;
  const longest = Math.min(pauseMilliseconds * 2 ** Math.min(attempt - 1, 30), longestPauseMilliseconds);
  return Math.round(longest * (0.5 + Math.random() / 2));
}

/** Hears what the socket says, and notices when it is gone, with a word or without. */
function listen(
  socket: Socket,
  { ports, onLost, signal }: { ports: ConnectionPorts; onLost: (reason: string) => void; signal: AbortSignal },
): void {
  const lose = (reason: string) => {
    watch.stop();
    socket.onclose = socket.onmessage = null;
    socket.close();
    onLost(reason);
  };
  const watch = watchSilence({ ...ports, onSilent: () => lose("the node is silent") });
  signal.addEventListener("abort", watch.stop);
  socket.onmessage = ({ data }) => {
    watch.heard();
    ports.onText(String(data));
  };
  socket.onerror = () => {};
  socket.onclose = () => lose("the connection was closed");
}

export function closedError(url: string): TransportError {
  return new TransportError(url, "this client was closed");
}

async function closeSocket(socket: Socket): Promise<void> {
  const end = new Promise<void>((resolve) => {
    socket.onclose = () => resolve();
  });
  socket.close();
  await Promise.race([end, sleep(CLOSING_MILLISECONDS)]);
}
