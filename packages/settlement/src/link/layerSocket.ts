import type { WebSocket } from "ws";
import type { Coordinator } from "../coordinator/createCoordinator.ts";
import type { FrameMemory, Holder } from "./frameMemory.ts";
import type { FrameAllowance } from "./frameRates.ts";
import { frameToText } from "./frames.ts";
import { createInlet, type Inlet, STRANGER_BYTES } from "./inlet.ts";
import { createSilence } from "./silence.ts";

/** Bounds of one connection. Turns are seconds in which this process was awake. */
export type SocketLimits = {
  /** In which a layer has to identify itself. */
  readonly identityTurns: number;
  /** Without any sign of the layer. */
  readonly silenceTurns: number;
  /** That wait for a layer which does not read them. */
  readonly unsentBytes: number;
};

export type LayerSocket = Holder & {
  readonly address: string;
  readonly isIdentified: boolean;
  /** It has sent something. */
  readonly hasSpoken: boolean;
  turn(): void;
  /** Ends at once, without a word. */
  terminate(): void;
};

const PING_TURNS = 4;
/** Turns that a layer has to answer to the end of its connection. */
const CLOSING_TURNS = 2;
/** The most that a WebSocket says about its end. */
const REASON_BYTES = 123;
const POLICY_VIOLATION = 1_008;

/** One connection with a layer: bounded in what it may send, and in what may wait to be sent. */
export function attachLayer(
  webSocket: WebSocket,
  options: {
    readonly coordinator: Pick<Coordinator, "accept">;
    readonly address: string;
    readonly memory: FrameMemory;
    readonly allowance: FrameAllowance;
    readonly limits: SocketLimits;
    onClosed(layer: LayerSocket): void;
  },
): LayerSocket {
  const { coordinator, address, memory, allowance, limits, onClosed } = options;
  const silence = createSilence(limits.silenceTurns);
  let turns = 0;
  let closingTurns: number | undefined;
  let hasSpoken = false;

  function end(reason?: string): void {
    if (closingTurns !== undefined) return;
    closingTurns = 0;
    inlet.close();
    memory.note(layer, 0);
    webSocket.resume();
    if (reason === undefined) webSocket.close();
    else webSocket.close(POLICY_VIOLATION, Buffer.from(reason).subarray(0, REASON_BYTES));
  }

  const connection = coordinator.accept({
    send(frame) {
      if (closingTurns !== undefined || webSocket.readyState !== webSocket.OPEN) return;
      // Only what is said is worth the room: a reason would have to wait behind it.
      if (webSocket.bufferedAmount > limits.unsentBytes) return webSocket.terminate();
      webSocket.send(frameToText(frame));
    },
    close: () => end(),
    probe() {
      if (closingTurns !== undefined || webSocket.readyState !== webSocket.OPEN) return;
      silence.probe();
      webSocket.ping();
    },
  });
  const inlet: Inlet = createInlet(connection, allowance, {
    onChanged() {
      memory.note(layer, inlet.heldBytes);
      if (inlet.isFull(memory.shareBytes)) webSocket.pause();
      else if (webSocket.isPaused) webSocket.resume();
    },
    onWrong: end,
  });
  const layer: LayerSocket = {
    address,
    get isIdentified() {
      return connection.limitBytes() > STRANGER_BYTES;
    },
    get hasSpoken() {
      return hasSpoken;
    },
    end,
    terminate: () => webSocket.terminate(),
    turn() {
      turns++;
      if (closingTurns !== undefined) {
        if (++closingTurns > CLOSING_TURNS) webSocket.terminate();
      } else if (!layer.isIdentified && turns > limits.identityTurns) end("it did not identify itself in time");
      // While the layer has to wait, its hearts can't be heard.
      else if (!webSocket.isPaused && silence.turn()) webSocket.terminate();
      else if (turns % PING_TURNS === 0) webSocket.ping();
    },
  };
  webSocket.on("message", (data, isBinary) => {
    silence.broken();
    hasSpoken = true;
    inlet.put(data as Buffer, isBinary);
  });
  webSocket.on("ping", silence.broken);
  webSocket.on("pong", silence.broken);
  webSocket.on("error", () => webSocket.terminate());
  webSocket.on("close", () => {
    inlet.close();
    memory.note(layer, 0);
    connection.closed();
    onClosed(layer);
  });
  return layer;
}
