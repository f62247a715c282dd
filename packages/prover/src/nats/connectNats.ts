import { readFileSync } from "node:fs";
import { retry } from "@frond/foundation";
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  TimeoutError,
} from "@nats-io/transport-node";
import { NatsUnavailableError } from "./errors.ts";
import { replyMilliseconds } from "./replyMilliseconds.ts";

export type NatsOptions = {
  /** `nats://[user:password@]host:port`, or `tls://..`; several separated by commas are servers of one cluster. */
  readonly url: string;
  /** A `.creds` file of a user. */
  readonly credentials?: string | undefined;
};

export type NatsLink = {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
};

const ATTEMPTS = 4;

/**
 * Connects to NATS with JetStream. A connection that breaks later is made again, for as long as it takes.
 * @throws NatsUnavailableError
 */
export async function connectNats({ url, credentials }: NatsOptions, name: string): Promise<NatsLink> {
  let connection: NatsConnection | undefined;
  try {
    const servers = url.split(",").map((server) => new URL(server.includes("://") ? server : `nats://${server}`));
    const { username, password } = servers[0]!;
    const options: NodeConnectionOptions = {
      servers: servers.map(({ host }) => host),
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 1_000,
      pingInterval: 10_000,
      ...(servers[0]!.protocol === "tls:" ? { tls: {} } : {}),
      ...(username && password
        ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
        : username
          ? { token: decodeURIComponent(username) }
          : {}),
      ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(credentials)) }),
    };
    // Every reply has as much time as the connection took, and a server that refuses is not asked again.
    connection = await retry((number) => connect({ ...options, timeout: replyMilliseconds(number) }), {
      what: "Connecting to NATS",
      isFinal: (error) => !isTimeout(error),
      attempts: ATTEMPTS,
    });
    return { connection, js: jetstream(connection), manager: await jetstreamManager(connection) };
  } catch (error) {
    await connection?.close();
    throw new NatsUnavailableError(url, error);
  }
}

/** A server that is busy, or whose machine is, and not one that is not there or does not want to. */
function isTimeout(error: unknown): boolean {
  return error instanceof TimeoutError || (error instanceof Error && error.cause instanceof TimeoutError);
}
