import type { Server } from "node:http";

/** Refuses connections beyond a number from each remote address. Gives how many connections there are. */
export function limitAddresses(server: Server, maxConnectionsPerAddress: number): () => number {
  const counts = new Map<string, number>();
  server.on("connection", (socket) => {
    const address = socket.remoteAddress ?? "";
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once("close", () => {
      const left = counts.get(address)! - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
    if (count > maxConnectionsPerAddress) socket.destroy();
  });
  return () => [...counts.values()].reduce((sum, count) => sum + count, 0);
}
