import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Coordinator } from "../coordinator/createCoordinator.ts";
import { createFrameMemory } from "./frameMemory.ts";
import { createFrameRates, defaultFrameRates, type FrameRates } from "./frameRates.ts";
import { attachLayer, type LayerSocket, type SocketLimits } from "./layerSocket.ts";
import { LOCAL, makeRoom, type RoomLimits, remoteOf } from "./makeRoom.ts";
import { MESSAGE_BYTES } from "./parts.ts";
import { TURN_MILLISECONDS } from "./silence.ts";

export type LayerServer = {
  /** Takes over an HTTP connection that wants to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

/** What layers, and strangers, can take of the coordinator's process. */
export type LayerServerLimits = SocketLimits &
  RoomLimits & {
    /** Connections of all other machines together; those of this machine are counted for themselves. */
    readonly connections: number;
    /** Of all connections together, for frames that the coordinator has not taken. */
    readonly frameBytes: number;
    readonly frameRates: FrameRates;
    /** How often turns are counted. */
    readonly turnMilliseconds: number;
  };

export const defaultLayerServerLimits: LayerServerLimits = {
  connections: 4_096,
  strangers: 256,
  strangersOfAddress: 16,
  identityTurns: 10,
  silenceTurns: 60,
  unsentBytes: 16 * 2 ** 20,
  frameBytes: 256 * 2 ** 20,
  frameRates: defaultFrameRates,
  turnMilliseconds: TURN_MILLISECONDS,
};

/** The coordinator's side of the connections with layers. */
export function serveLayers(
  coordinator: Pick<Coordinator, "accept">,
  limits: LayerServerLimits = defaultLayerServerLimits,
): LayerServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false });
  const memory = createFrameMemory(limits.frameBytes);
  const rates = createFrameRates(limits.frameRates);
  /** In the order in which they came. */
  const layers = new Set<LayerSocket>();
  const countOf = (isLocal: boolean) =>
    [...layers].reduce((sum, { address }) => sum + ((address === LOCAL) === isLocal ? 1 : 0), 0);
  const timer = setInterval(() => {
    memory.turn();
    for (const layer of [...layers]) layer.turn();
  }, limits.turnMilliseconds);
  timer.unref();

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const address = remoteOf(request.socket.remoteAddress);
      if (countOf(address === LOCAL) >= limits.connections || !makeRoom(layers, address, limits))
        return void socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const onClosed = (layer: LayerSocket) => void layers.delete(layer);
        const allowance = rates.allowanceOf();
        layers.add(attachLayer(webSocket, { coordinator, address, memory, allowance, limits, onClosed }));
      });
    },
    async close() {
      clearInterval(timer);
      for (const client of server.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
