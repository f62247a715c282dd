import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { type ObjectStore, Objm } from "@nats-io/obj";
import { nanos } from "@nats-io/transport-node";
import type { NatsLink } from "./connectNats.ts";
import { decode, type QueueRecord, queueRecordSchema } from "./messages.ts";
import { consumerOf, type QueueNames, SIZE_LOGS } from "./names.ts";

/**
 * An object whose description is the queue's record: whoever reads the content of an object while it is replaced may
 * wait for ever.
 */
const RECORD = "queue";
/** The consumer of results. */
export const COORDINATOR = "coordinator";
const DAY = 86_400_000;

export type QueueObjects = { readonly circuits: ObjectStore; readonly inputs: ObjectStore };

/**
 * Makes the streams, consumers and object stores of a queue, or finds them, and writes its record. What they hold
 * stays.
 */
export async function makeQueueStreams(
  { js, manager }: NatsLink,
  names: QueueNames,
  { record, replicas }: { record: QueueRecord; replicas: number },
): Promise<QueueObjects> {
  const common = { retention: RetentionPolicy.Workqueue, storage: StorageType.File, num_replicas: replicas };
  await manager.streams.add({ ...common, name: names.jobsStream, subjects: [names.jobs("*")] });
  await manager.streams.add({
    ...common,
    name: names.resultsStream,
    subjects: [names.results("*")],
    // Results that nobody has asked for in so long are proven again if need be.
    max_age: nanos(7 * DAY),
  });
  const consumer = { ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All, max_deliver: -1 };
  await Promise.all(
    SIZE_LOGS.map((log) =>
      manager.consumers.add(names.jobsStream, {
        ...consumer,
        durable_name: consumerOf(log),
        filter_subject: names.jobs(log),
        ack_wait: nanos(record.leaseSeconds * 1_000),
        max_ack_pending: -1,
      }),
    ),
  );
  await manager.consumers.add(names.resultsStream, {
    ...consumer,
    durable_name: COORDINATOR,
    ack_wait: nanos(60_000),
  });
  const stores = new Objm(js);
  const options = { storage: StorageType.File, replicas };
  const circuits = await stores.create(names.circuits, options);
  const inputs = await stores.create(names.inputs, options);
  await circuits.putBlob({ name: RECORD, description: JSON.stringify(record) }, new Uint8Array());
  return { circuits, inputs };
}

/** The record and the objects of a queue that somebody has made; undefined while there is none. */
export async function findQueue(
  { js, manager }: NatsLink,
  names: QueueNames,
): Promise<(QueueObjects & { readonly record: QueueRecord }) | undefined> {
  try {
    await manager.streams.info(`OBJ_${names.inputs}`);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  }
  const stores = new Objm(js);
  const circuits = await stores.open(names.circuits);
  const inputs = await stores.open(names.inputs);
  const record = decode(queueRecordSchema, Buffer.from((await circuits.info(RECORD))?.description ?? ""));
  return record && { circuits, inputs, record };
}
