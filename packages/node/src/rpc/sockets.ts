import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Allowance, Allowances } from "./allowances.ts";
import type { RpcLimits } from "./limits.ts";
import { toRemoteAddress } from "./remoteAddress.ts";
import { createRoom, type Seat } from "./room.ts";

/** The connections of a server, and whose they are. */
export type Sockets = {
  /** Takes a new connection, or ends it at once. */
  open(socket: Socket): void;
  allowanceOf(socket: Duplex): Allowance;
  /** A request is answered, until the function that this returns is called. */
  begin(socket: Duplex): () => void;
  /** Takes a place for a connection that becomes a WebSocket; false if there is none. `end` closes the WebSocket. */
  takeWebSocket(socket: Duplex, end: () => void): boolean;
  /** Somebody else, who has limits of their own, takes the connection over. */
  handOver(socket: Duplex): void;
};

type Open = {
  readonly name: string;
  readonly isReserved: boolean;
  readonly allowance: Allowance;
  /** Requests that are being answered; infinite for a WebSocket, which has a limit of its own. */
  busy: number;
  leave(): void;
};

export function createSockets(
  limits: Pick<RpcLimits, "maxConnections" | "maxWebSockets" | "loopback">,
  allowances: Allowances,
): Sockets {
  const room = createRoom({ most: limits.maxConnections, mostReserved: limits.loopback.maxConnections });
  const webSockets = createRoom({ most: limits.maxWebSockets, mostReserved: limits.maxWebSockets });
  const sockets = new WeakMap<Duplex, Open>();
  return {
    open(socket) {
      const { name, isLoopback } = toRemoteAddress(socket.remoteAddress);
      const allowance = allowances.enter(socket.remoteAddress);
      if (allowance === undefined) return void socket.destroy();
      let isOpen = true;
      const leave = () => {
        if (isOpen) allowance.leave();
        isOpen = false;
        room.leave(seat);
      };
      const open: Open = { name, isReserved: isLoopback, allowance, busy: 0, leave };
      const seat: Seat = {
        address: name,
        isReserved: isLoopback,
        isIdle: () => open.busy === 0,
        end: () => void socket.destroy(),
      };
      sockets.set(socket, open);
      socket.once("close", leave);
      if (!room.enter(seat)) socket.destroy();
    },
    allowanceOf: (socket) => sockets.get(socket)!.allowance,
    begin(socket) {
      const open = sockets.get(socket)!;
      open.busy += 1;
      return () => {
        open.busy -= 1;
      };
    },
    takeWebSocket(socket, end) {
      const open = sockets.get(socket)!;
      const seat: Seat = { address: open.name, isReserved: open.isReserved, isIdle: () => false, end };
      if (!webSockets.enter(seat)) return false;
      open.busy = Number.POSITIVE_INFINITY;
      socket.once("close", () => webSockets.leave(seat));
      return true;
    },
    handOver: (socket) => sockets.get(socket)!.leave(),
  };
}
