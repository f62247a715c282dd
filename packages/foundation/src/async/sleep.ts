/**
 * Resolves after so many milliseconds, or as soon as `signal` is aborted. It never rejects: the caller looks at the
 * signal.
 */
export function sleep(milliseconds: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
