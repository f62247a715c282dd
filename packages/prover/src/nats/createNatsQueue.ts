import { FrondError, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { createCircuitShelf } from "../circuits/circuitShelf.ts";
import { createProver } from "../createProver.ts";
import { createQueue, type QueueOptions } from "../queue/createQueue.ts";
import type { ProofQueue } from "../queue/types.ts";
import type { ReferenceString } from "../types.ts";
import { connectNats, type NatsOptions } from "./connectNats.ts";
import { NatsUnavailableError } from "./errors.ts";
import { MESSAGE_VERSION } from "./messages.ts";
import { queueNames } from "./names.ts";
import { createNatsPool } from "./pool/createNatsPool.ts";
import { makeQueueStreams } from "./queueStreams.ts";

export type NatsQueueOptions = QueueOptions &
  NatsOptions & {
    /** Tells queues on one NATS apart; "frond" by default. One coordinator at a time may have a queue open. */
    readonly name?: string | undefined;
    readonly referenceString: ReferenceString;
    /** `~/.cache/frond` by default. */
    readonly cacheDirectory?: string | undefined;
    /** After which NATS gives the job of a worker without a sign of life to another one; 20 by default. */
    readonly leaseSeconds?: number | undefined;
    /** Between two signs of life; 2 by default. */
    readonly heartbeatSeconds?: number | undefined;
    /** Of streams and objects, in a NATS cluster; 1 by default. */
    readonly replicas?: number | undefined;
    /** How far below this process the verifier runs; 10 by default. */
    readonly niceness?: number | undefined;
  };

/**
 * A proof queue whose workers are anywhere: `frond worker --nats <url>`, or `startNatsWorker`. What is submitted is
 * kept in the store here; NATS holds what is being worked on.
 * Every proof is verified here before it counts.
 * @throws NatsUnavailableError
 */
export async function createNatsQueue(options: NatsQueueOptions): Promise<ProofQueue> {
  const { referenceString, cacheDirectory = defaultCacheDirectory(), niceness, logger = silentLogger } = options;
  const { name = "frond", leaseSeconds = 20, heartbeatSeconds = 2, replicas = 1 } = options;
  const names = queueNames(name);
  const link = await connectNats(options, `frond queue ${name}`);
  try {
    const { kind, id } = referenceString;
    const record = { version: MESSAGE_VERSION, referenceString: { kind, id }, leaseSeconds, heartbeatSeconds } as const;
    const makeStreams = () => makeQueueStreams(link, names, { record, replicas });
    const objects = await makeStreams();
    const verifier =
      options.prover ?? (await createProver({ referenceString, cacheDirectory, niceness, threads: 1, logger }));
    const pool = {
      link,
      names,
      objects,
      makeStreams,
      referenceString: id,
      heartbeatSeconds,
      logger,
    };
    return createQueue(options, {
      createPool: (events) => createNatsPool(pool, events),
      verifier,
      closeVerifier: async () => options.prover === undefined && (await verifier.close()),
      circuits: createCircuitShelf({ cacheDirectory, logger }),
      logger,
    });
  } catch (error) {
    await link.connection.close();
    throw error instanceof FrondError ? error : new NatsUnavailableError(options.url, error);
  }
}
