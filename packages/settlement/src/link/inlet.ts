import { sleep } from "@frond/foundation";
import type { PeerConnection } from "../coordinator/createCoordinator.ts";
import { problemOfShape } from "./checkShape.ts";
import type { FrameAllowance } from "./frameRates.ts";
import { createAssembly } from "./parts.ts";

/** The way in from a layer: puts frames together, and gives them to the coordinator one after the other. */
export type Inlet = {
  put(message: Buffer, isPart: boolean): void;
  /** Bytes of what the coordinator has not done with, finished or not. */
  readonly heldBytes: number;
  /** So much waits that the layer has to wait, too. */
  isFull(shareBytes: number): boolean;
  close(): void;
};

export type InletListener = {
  /** What is held has changed. */
  onChanged(): void;
  /** The connection can't go on. */
  onWrong(reason: string): void;
};

/**
 * A layer that is not identified may send one frame of so many bytes; `limitBytes` of its connection says more
 * afterwards.
 */
export const STRANGER_BYTES = 4_096;
const MOST_WAITING_BYTES = 16 * 2 ** 20;
const MOST_WAITING = 1_000;

export function createInlet(
  connection: PeerConnection,
  allowance: FrameAllowance,
  { onChanged, onWrong }: InletListener,
): Inlet {
  const assembly = createAssembly();
  let waiting: { readonly message: Buffer; readonly isPart: boolean }[] = [];
  let waitingBytes = 0;
  let handledBytes = 0;
  let isHandling = false;
  let isClosed = false;

  /** The frame that a message is, or that it completes. */
  function frameOf(message: Buffer, isPart: boolean): string | undefined {
    const limitBytes = connection.limitBytes();
    if (isPart && limitBytes > STRANGER_BYTES) {
      const added = assembly.add(message, limitBytes);
      if (added.kind === "wrong") onWrong(added.reason);
      if (added.kind !== "complete") return undefined;
      const problem = problemOfShape(added.text);
      if (problem !== undefined) onWrong(problem);
      return added.text;
    }
    if (!isPart && message.length <= limitBytes) return message.toString();
    onWrong(`a frame of more than ${limitBytes} bytes came before the layer was identified`);
    return undefined;
  }

  /** Waits until the connection, and all strangers together, may have another message handled. */
  async function untilAllowed(): Promise<void> {
    const senderKind = () => {
      if (connection.limitBytes() <= STRANGER_BYTES) return "unidentified";
      return connection.isBelieved() ? "layer" : "stranger";
    };
    for (let pause = allowance(senderKind()); pause > 0 && !isClosed; pause = allowance(senderKind()))
      await sleep(pause);
  }

  async function handle(): Promise<void> {
    if (isHandling) return;
    isHandling = true;
    while (!isClosed) {
      const next = waiting.shift();
      if (next === undefined) break;
      await untilAllowed();
      if (isClosed) break;
      const frame = frameOf(next.message, next.isPart);
      waitingBytes -= next.message.length;
      if (frame !== undefined && !isClosed) await give(frame);
      if (!isClosed) onChanged();
    }
    isHandling = false;
  }

  async function give(frame: string): Promise<void> {
    handledBytes = frame.length;
    try {
      await connection.receive(frame);
    } catch (error) {
      return onWrong(`a frame failed: ${String(error)}`);
    } finally {
      handledBytes = 0;
    }
    if (connection.limitBytes() <= STRANGER_BYTES) onWrong("it did not identify itself");
  }

  return {
    put(message, isPart) {
      if (isClosed) return;
      waiting.push({ message, isPart });
      waitingBytes += message.length;
      void handle();
      if (!isClosed) onChanged();
    },
    get heldBytes() {
      return isClosed ? 0 : waitingBytes + assembly.heldBytes + handledBytes;
    },
    isFull: (shareBytes) => waitingBytes > Math.min(MOST_WAITING_BYTES, shareBytes) || waiting.length > MOST_WAITING,
    close() {
      isClosed = true;
      waiting = [];
      assembly.clear();
    },
  };
}
