import { toJson } from "@frond/protocol";
import type { Connection } from "./connection.ts";
import { createSubscriptionIds, notificationOf } from "./subscriptionText.ts";

export const TOPICS = ["transactions", "blocks", "epochs", "refused"] as const;
type Topic = (typeof TOPICS)[number];

/** Who wants to hear of what. An event is written as JSON once, however many listen. */
export type Subscriptions = {
  /** Gives the subscription's id. @throws RpcError needs-websocket, too-many-subscriptions */
  add(topic: Topic, connection: Connection): string;
  /** Whether there was one. */
  remove(id: string, connection: Connection): boolean;
  publish(topic: Topic, event: unknown): void;
  hasListeners(topic: Topic): boolean;
};

export function createSubscriptions(): Subscriptions {
  const listeners: Record<Topic, Map<string, Connection>> = {
    transactions: new Map(),
    blocks: new Map(),
    epochs: new Map(),
    refused: new Map(),
  };
  const nextId = createSubscriptionIds("topics");
  return {
    add(topic, connection) {
      const id = nextId();
      connection.subscribe(id, () => void listeners[topic].delete(id));
      listeners[topic].set(id, connection);
      return id;
    },
    hasListeners: (topic) => listeners[topic].size > 0,
    remove: (id, connection) => connection.unsubscribe(id),
    publish(topic, event) {
      if (listeners[topic].size === 0) return;
      const result = toJson(event);
      for (const [id, { notify }] of [...listeners[topic]]) notify?.(notificationOf(id, topic, result));
    },
  };
}
