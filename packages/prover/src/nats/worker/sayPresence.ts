import { hostname } from "node:os";
import { MESSAGE_VERSION, type Presence } from "../messages.ts";
import type { ServingState } from "./servingState.ts";

/** Gives a sign of life: what the worker can take, and what it is at. */
export function sayPresence({ queue, worker, held }: ServingState, isLeaving = false): void {
  const { connection } = queue.link;
  const { workers, memoryBytes } = worker.sizing;
  const presence: Presence = {
    version: MESSAGE_VERSION,
    host: hostname().slice(0, 255),
    referenceString: worker.referenceString.id,
    workers,
    memoryBytes,
    running: isLeaving ? [] : [...held.keys()],
    isLeaving,
  };
  if (!connection.isClosed()) connection.publish(queue.names.presence(worker.id), JSON.stringify(presence));
}
