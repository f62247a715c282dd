/** What a follower of L1 reads at once, each with a blob. */
const READ_AHEAD = 8;

/** What items lead to, in their order; some are read while the first ones are used. */
export async function* readAhead<Item, T>(items: readonly Item[], read: (item: Item) => Promise<T>): AsyncGenerator<T> {
  const pending: Promise<T>[] = [];
  for (const item of items) {
    const reading = read(item);
    // Whoever waits for it sees the error.
    reading.catch(() => {});
    pending.push(reading);
    if (pending.length === READ_AHEAD) yield await pending.shift()!;
  }
  for (const reading of pending) yield await reading;
}
