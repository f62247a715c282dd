/**
 * Resolves with what the write resolves with. LMDB rejects a write that fails with an error that holds a second
 * promise, `commitError`, which rejects with the reason. Without a handler of its own, that second promise would end
 * the process before the failure of the write is told.
 */
export async function committed<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof Error && "commitError" in error && error.commitError instanceof Promise) {
      error.commitError.catch(() => undefined);
    }
    throw error;
  }
}
