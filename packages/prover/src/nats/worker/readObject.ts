import { sleep } from "@frond/foundation";
import type { ObjectStore } from "@nats-io/obj";

const LOOK_MILLISECONDS = 1_000;

/**
 * The content of an object; undefined if there is none, or if it is removed or replaced meanwhile: the client would
 * then wait for ever for the rest of what it began to read. Rejects when aborted.
 */
export async function readObject(
  store: ObjectStore,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const found = await store.info(name);
  if (!found || found.deleted) return undefined;
  const reading = store.getBlob(name);
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  const watch = async () => {
    for (;;) {
      await sleep(LOOK_MILLISECONDS, { signal: either });
      signal.throwIfAborted();
      if (over.signal.aborted) return reading;
      // While NATS is away nothing is removed.
      const present = await store.info(name).catch(() => found);
      if (!present || present.deleted || present.nuid !== found.nuid) return undefined;
    }
  };
  try {
    return (await Promise.race([reading, watch()])) ?? undefined;
  } finally {
    over.abort();
  }
}
