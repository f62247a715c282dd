export type AnswerOptions = {
  /** After which the promise is rejected with what `lateError` makes; never by default. */
  readonly withinMilliseconds?: number;
  readonly lateError?: () => Error;
};

/** Requests by number that wait for their answers. `K` is what the caller keeps with each request. */
export type Answers<T, K = undefined> = {
  /** Takes the next number. The answer's promise must be awaited by the caller. */
  expect(kept: K, options?: AnswerOptions): { readonly id: number; readonly answer: Promise<T> };
  /** What was kept with a request that still waits. */
  kept(id: unknown): K | undefined;
  /** Answers a request; false if nobody waits under that number. */
  resolve(id: unknown, answer: T): boolean;
  reject(id: unknown, error: Error): boolean;
  /** Rejects all requests, or those whose kept value satisfies `which`: nobody will answer them. */
  rejectAll(error: Error, which?: (kept: K) => boolean): void;
  readonly size: number;
};

type Waiting<T, K> = { readonly kept: K; resolve(answer: T): void; reject(error: Error): void };

/** Tells which answer belongs to which request, for any channel that carries both: a socket, a thread, a process. */
export function createAnswers<T, K = undefined>(): Answers<T, K> {
  const waiting = new Map<unknown, Waiting<T, K>>();
  let last = 0;
  const take = (id: unknown) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    return entry;
  };
  return {
    expect(kept, { withinMilliseconds, lateError } = {}) {
      const id = ++last;
      const answer = new Promise<T>((resolve, reject) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const settle =
          <V>(done: (value: V) => void) =>
          (value: V) => {
            clearTimeout(timer);
            done(value);
          };
        waiting.set(id, { kept, resolve: settle(resolve), reject: settle(reject) });
        if (withinMilliseconds === undefined) return;
        const isLate = () => take(id)?.reject(lateError?.() ?? new Error(`no answer within ${withinMilliseconds} ms`));
        timer = setTimeout(isLate, withinMilliseconds);
      });
      return { id, answer };
    },
    kept: (id) => waiting.get(id)?.kept,
    resolve(id, answer) {
      const entry = take(id);
      entry?.resolve(answer);
      return entry !== undefined;
    },
    reject(id, error) {
      const entry = take(id);
      entry?.reject(error);
      return entry !== undefined;
    },
    rejectAll(error, which = () => true) {
      for (const [id, { kept }] of [...waiting]) if (which(kept)) take(id)?.reject(error);
    },
    get size() {
      return waiting.size;
    },
  };
}
