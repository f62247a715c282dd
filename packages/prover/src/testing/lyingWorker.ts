import { sleep } from "@frond/foundation";
import { connectNats } from "../nats/connectNats.ts";
import { decode, jobMessageSchema, MESSAGE_VERSION, type Presence } from "../nats/messages.ts";
import { queueNames, SIZE_LOGS } from "../nats/names.ts";
import { takeJob } from "../nats/worker/takeJob.ts";

/** Makes an answer to a job: anything. */
export type Lie = (job: string) => unknown;

export type LyingWorker = {
  /** How many jobs it has answered. */
  readonly told: () => number;
  /** Whether the queue has told it that it is ignored. It does not care. */
  readonly isIgnored: () => boolean;
  stop(): Promise<void>;
};

/**
 * A worker that takes jobs like an honest one, claims to be at them, and answers with the lies that it is given, the
 * last one again and again.
 */
export async function startLyingWorker(options: {
  readonly url: string;
  readonly id: string;
  readonly referenceString: string;
  readonly lies: readonly Lie[];
}): Promise<LyingWorker> {
  const { url, id, referenceString, lies } = options;
  const names = queueNames("frond");
  const link = await connectNats({ url }, id);
  const { connection, js } = link;
  let told = 0;
  let isIgnored = false;
  let isStopped = false;
  connection.subscribe(names.ignored(id), {
    callback: () => {
      isIgnored = true;
    },
  });
  const claimToBeAt = (running: string[]) => {
    const presence: Presence = {
      version: MESSAGE_VERSION,
      host: "nowhere",
      referenceString,
      workers: 1,
      memoryBytes: 1e12,
      running,
      isLeaving: false,
    };
    connection.publish(names.presence(id), JSON.stringify(presence));
  };

  async function lie(): Promise<void> {
    while (!isStopped) {
      claimToBeAt([]);
      for (const log of SIZE_LOGS) {
        const lease = await takeJob(link, names, { log, timeout: 2_000 }).catch(() => undefined);
        const job = lease && decode(jobMessageSchema, lease.data);
        if (!lease || !job) continue;
        claimToBeAt([job.id]);
        const answer = lies[Math.min(told, lies.length - 1)]!(job.id);
        await js.publish(names.results(id), typeof answer === "string" ? answer : JSON.stringify(answer));
        lease.ack();
        told++;
      }
      await sleep(50);
    }
  }
  const lying = lie();
  return {
    told: () => told,
    isIgnored: () => isIgnored,
    async stop() {
      isStopped = true;
      await lying;
      await connection.close();
    },
  };
}
