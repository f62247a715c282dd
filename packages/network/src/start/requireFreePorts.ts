import { createServer, type Server } from "node:net";
import { listen, PortInUseError } from "@frond/node";
import { InputError, PortTakenError } from "../errors.ts";

/** A port that something is going to listen at; 0 is a free one. */
export type WantedPort = {
  readonly host: string;
  readonly port: number;
  /** What listens there: `the coordinator`. */
  readonly what: string;
  /** What to change if it is taken: `--coordinator-port`. */
  readonly option: string;
};

/**
 * Looks whether all ports are free, so that a start ends before the long work of it and before it has begun anything.
 * It holds none of them: whoever listens later finds out for itself. @throws PortTakenError, ListenError; InputError if
 * two want one port
 */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const fixed = wanted.filter(({ port }) => port !== 0);
  requireDistinct(fixed);
  for (const place of fixed) await tryPort(place);
}

function requireDistinct(wanted: readonly WantedPort[]): void {
  const seen = new Map<number, WantedPort>();
  for (const place of wanted) {
    const other = seen.get(place.port);
    seen.set(place.port, place);
    if (other === undefined) continue;
    const [first, second] = [`${other.what} (${other.option})`, `${place.what} (${place.option})`];
    throw new InputError({
      message: `Port ${place.port} is wanted by ${first} and by ${second}. Give one of them another.`,
      data: { port: place.port },
    });
  }
}

async function tryPort({ host, port, what, option }: WantedPort): Promise<void> {
  const server = createServer();
  try {
    await listen(server, { host, port });
  } catch (error) {
    if (error instanceof PortInUseError) throw new PortTakenError({ host, port, what, option }, error);
    throw error;
  }
  await closed(server);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
