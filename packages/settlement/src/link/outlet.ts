import type { WebSocket } from "ws";
import { fitsMessage, partsOf } from "./parts.ts";

/**
 * The way out of a layer: small frames go at once, large ones in parts, one frame after the other, and only as fast as
 * the socket sends: small frames need not wait for all of it.
 */
export type Outlet = {
  send(text: string): void;
  /** A large frame is still on its way. */
  readonly isUploading: boolean;
  /** Forgets what is on its way. */
  close(): void;
};

/** Parts that the socket has and has not sent: one MiB. */
const PARTS_AHEAD = 64;

export function createOutlet(socket: Pick<WebSocket, "send">, { onUploaded }: { onUploaded(): void }): Outlet {
  const frames: string[] = [];
  let parts: Iterator<Buffer> | undefined;
  let unsent = 0;

  /** The next part of what is on its way; undefined if nothing is. */
  function nextPart(): Buffer | undefined {
    const next = parts?.next();
    if (next !== undefined && next.done !== true) return next.value;
    const text = frames.shift();
    parts = text === undefined ? undefined : partsOf(text);
    if (text !== undefined) return nextPart();
    if (next !== undefined) onUploaded();
    return undefined;
  }

  function write(): void {
    while (unsent < PARTS_AHEAD) {
      const part = nextPart();
      if (part === undefined) return;
      unsent++;
      socket.send(part, () => {
        unsent--;
        write();
      });
    }
  }

  return {
    send(text) {
      if (fitsMessage(text)) return socket.send(text);
      frames.push(text);
      write();
    },
    get isUploading() {
      return parts !== undefined || frames.length > 0;
    },
    close() {
      frames.length = 0;
      parts = undefined;
    },
  };
}
