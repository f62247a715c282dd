import { type Field, fieldToHex } from "@frond/foundation";
import type { Transport, Unsubscribe } from "../transport/types.ts";

/** Keys of one subscription, as nodes take them. */
const MAXIMUM_KEYS = 64;

export type KeySubscription = {
  /**
   * Subscribes to these entries instead of those before. The node begins with their present values.
   * @throws RpcError, TransportError; what was subscribed before stays
   */
  set(keys: readonly Field[]): Promise<void>;
};

/** The subscriptions that one set of entries needs. */
export function createKeySubscription(transport: Transport, onEvent: (event: unknown) => void): KeySubscription {
  let now: { readonly keys: string; readonly ends: readonly Unsubscribe[] } = { keys: "", ends: [] };
  return {
    async set(keys) {
      const hex = keys.map(fieldToHex).sort();
      const before = now;
      if (before.keys === hex.join()) return;
      const ends: Unsubscribe[] = [];
      try {
        for (let at = 0; at < hex.length; at += MAXIMUM_KEYS) {
          const topic = { topic: "entries", keys: hex.slice(at, at + MAXIMUM_KEYS) } as const;
          ends.push(await transport.subscribe!(topic, { onEvent }));
        }
      } catch (error) {
        for (const end of ends) await end();
        throw error;
      }
      now = { keys: hex.join(), ends };
      for (const end of before.ends) await end();
    },
  };
}
