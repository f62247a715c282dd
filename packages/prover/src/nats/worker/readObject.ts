import { sleep } from "@frond/foundation";
import type { ObjectResult, ObjectStore } from "@nats-io/obj";

const LOOK_MILLISECONDS = 1_000;

/**
 * Returns the content of an object; undefined when there is none, or when it is removed or replaced meanwhile: the
 * client would then wait for ever for the rest of what it began to read. Rejects when aborted. Nothing of a read that
 * ended early stays: the client's timers of an unfinished read would keep the process from ending.
 */
export async function readObject(
  store: ObjectStore,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const found = await store.info(name);
  if (!found || found.deleted) return undefined;
  const object = await store.get(name);
  if (!object) return undefined;
  const reader = object.data.getReader();
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  const watch = async () => {
    for (;;) {
      await sleep(LOOK_MILLISECONDS, { signal: either });
      signal.throwIfAborted();
      if (over.signal.aborted) return undefined;
      // While NATS is away nothing is removed.
      const present = await store.info(name).catch(() => found);
      if (!present || present.deleted || present.nuid !== found.nuid) return undefined;
    }
  };
  try {
    return await Promise.race([readAll(reader, object), watch()]);
  } finally {
    over.abort();
    await reader.cancel().catch(() => {});
  }
}

/** @throws what the client throws: the content does not have the digest that was announced */
async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, { error }: ObjectResult): Promise<Uint8Array> {
  // The client says the same error twice: here and to the reader.
  error.catch(() => {});
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts);
    parts.push(value);
  }
}
