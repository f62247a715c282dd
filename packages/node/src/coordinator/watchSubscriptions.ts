import { toJson } from "@frond/protocol";
import type { Connection } from "../rpc/connection.ts";
import { createSubscriptionIds, notificationOf } from "../rpc/subscriptionText.ts";

/** Between two looks: a page shows no more than that. */
const LOOK_MILLISECONDS = 500;

/**
 * Tells who wants to know what a coordinator shows, whenever that has changed: at first the present value, then at most
 * one each half second. It is read and written as JSON once, however many listen, and not at all if nobody does.
 */
export type WatchSubscriptions<T extends string> = {
  /** Gives the subscription's id. @throws RpcError needs-websocket, too-many-subscriptions */
  add(topic: T, connection: Connection): string;
};

export function createWatchSubscriptions<T extends string>(
  shown: Readonly<Record<T, () => unknown>>,
): WatchSubscriptions<T> {
  type Listener = { readonly connection: Connection; told: string };
  const listeners = new Map<T, Map<string, Listener>>();
  const nextId = createSubscriptionIds("watches");
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(milliseconds: number): void {
    if (timer === undefined && listeners.size > 0) timer = setTimeout(look, milliseconds).unref();
  }

  function look(): void {
    timer = undefined;
    for (const [topic, those] of listeners) {
      const text = toJson(shown[topic]());
      for (const [id, listener] of those) {
        if (listener.told === text) continue;
        listener.told = text;
        listener.connection.notify?.(notificationOf(id, topic, text));
      }
    }
    schedule(LOOK_MILLISECONDS);
  }

  return {
    add(topic, connection) {
      const id = nextId();
      connection.subscribe(id, () => {
        const those = listeners.get(topic);
        those?.delete(id);
        if (those?.size === 0) listeners.delete(topic);
      });
      const those = listeners.get(topic) ?? new Map<string, Listener>();
      listeners.set(topic, those.set(id, { connection, told: "" }));
      // After the answer with the id.
      clearTimeout(timer);
      timer = undefined;
      schedule(0);
      return id;
    },
  };
}
