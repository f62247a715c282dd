import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Ports below those that systems give to outgoing connections: nobody takes one of them while its process is dead. */
const [FIRST, LAST] = [12_000, 32_000];

/** A port that nobody listens at now. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const port = randomInt(FIRST, LAST);
  return (await isFree(port, host)) ? port : freePort(host);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
