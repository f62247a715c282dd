import type { Program } from "@frond/language";
import { fieldSchema } from "@frond/protocol";
import * as z from "zod";
import { type RpcMethods, rpcMethod } from "../rpc/dispatch.ts";
import { type EntrySubscriptions, MAXIMUM_ENTRY_KEYS } from "../rpc/entrySubscriptions.ts";
import { type Subscriptions, TOPICS } from "../rpc/subscriptions.ts";
import { eventTopicSchema, subscribeToEvents } from "./events/eventMethods.ts";
import type { EventSubscriptions } from "./events/eventSubscriptions.ts";

type SubscriptionOptions = {
  readonly program: Program;
  readonly subscriptions: Subscriptions;
  readonly events: EventSubscriptions;
  readonly entrySubscriptions: EntrySubscriptions;
};

/** `entries` tells of entries of the state, by their keys: at first the present values, then those that changed. */
const topicSchema = z.union([
  z.strictObject({ topic: z.enum(TOPICS) }),
  z.strictObject({ topic: z.literal("entries"), keys: z.array(fieldSchema).min(1).max(MAXIMUM_ENTRY_KEYS) }),
  eventTopicSchema,
]);

/** Subscriptions to topics, to entries of the state, and to events with a filter. */
export const subscriptionMethods = (options: SubscriptionOptions): RpcMethods => ({
  frond_subscribe: rpcMethod(topicSchema, (params, connection) => {
    if (params.topic === "entries") return options.entrySubscriptions.add(params.keys, connection);
    if (params.topic === "events") return subscribeToEvents(options, params, connection);
    return options.subscriptions.add(params.topic, connection);
  }),

  frond_unsubscribe: rpcMethod(z.strictObject({ subscription: z.string().max(40) }), ({ subscription }, connection) =>
    options.subscriptions.remove(subscription, connection),
  ),
});
