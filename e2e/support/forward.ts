import { createConnection, createServer, type Socket } from "node:net";

/** A server of this host at another of its addresses. */
export type Forwarded = { readonly url: string; close(): void };

/** Lets another host reach what listens at this host's loopback only: L1's RPC. */
export async function forward(url: string, host: string): Promise<Forwarded> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((incoming) => {
    const outgoing = createConnection(Number(port), hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      keep(from);
      from.pipe(to);
      from.once("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const place = server.address() as { port: number };
  return {
    url: `http://${host}:${place.port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
