import type { Msg } from "@nats-io/transport-node";
import type { NatsLink } from "../connectNats.ts";
import { consumerOf, type QueueNames } from "../names.ts";

/** A message of the work queue that is ours until its lease runs out. */
export type Lease = {
  readonly data: Uint8Array;
  /** It is done with, for everybody. */
  ack(): void;
  /** Somebody else may have it, at once. */
  giveBack(): void;
  /** The lease begins anew. */
  extend(): void;
};

/**
 * Takes a job of one size off the stream, if there is one now. The client's own pull waits for at least a second when
 * there is none, too long for one who looks at several sizes in turn; a request with `no_wait` is answered at once.
 * Answers are those of the JetStream protocol.
 */
export async function takeJob(
  { connection }: NatsLink,
  names: QueueNames,
  { log, timeout }: { log: number; timeout: number },
): Promise<Lease | undefined> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${names.jobsStream}.${consumerOf(log)}`;
  const message: Msg = await connection.request(subject, JSON.stringify({ batch: 1, no_wait: true }), {
    timeout,
    // A job comes under the subject of its stream, by which the client could not tell whose answer it is.
    noMux: true,
  });
  // An answer with a status in its headers says that there is none.
  if (message.headers && message.headers.code !== 0) return undefined;
  return {
    data: message.data,
    ack: () => message.respond("+ACK"),
    giveBack: () => message.respond("-NAK"),
    extend: () => message.respond("+WPI"),
  };
}

/** Whether jobs of one size wait to be taken. */
export async function hasJobs({ manager }: NatsLink, names: QueueNames, log: number): Promise<boolean> {
  return (await manager.consumers.info(names.jobsStream, consumerOf(log))).num_pending > 0;
}
