/** Runs tasks, a few at once, those of the lowest rank first and among equals the oldest. */
export type Ranked = <T>(rank: number, task: () => Promise<T>) => Promise<T>;

export function createRankedQueue(concurrency: number): Ranked {
  const waiting: { readonly rank: number; readonly start: () => void }[] = [];
  let running = 0;

  function next(): void {
    if (running >= concurrency || waiting.length === 0) return;
    let first = 0;
    for (const [i, { rank }] of waiting.entries()) if (rank < waiting[first]!.rank) first = i;
    running += 1;
    waiting.splice(first, 1)[0]!.start();
  }

  return (rank, task) =>
    new Promise((resolve, reject) => {
      const start = () => {
        task()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      };
      waiting.push({ rank, start });
      next();
    });
}
