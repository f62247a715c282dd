/** A letter for each kind of subscription: a connection knows all its subscriptions by their ids alone. */
const KINDS = { topics: "s", events: "e", entries: "k", watches: "w" } as const;

/** Makes the ids of one kind of subscription. Those of two kinds never are the same. */
export function createSubscriptionIds(kind: keyof typeof KINDS): () => string {
  let next = 1;
  return () => `${KINDS[kind]}${next++}`;
}

/** The notification of a subscription. `result` is JSON, written once for all who are told. */
export function notificationOf(id: string, topic: string, result: string): string {
  return `{"jsonrpc":"2.0","method":"frond_subscription","params":{"subscription":"${id}","topic":"${topic}","result":${result}}}`;
}
