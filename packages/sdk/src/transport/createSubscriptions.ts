import { type RpcError, UnexpectedAnswerError } from "../errors.ts";
import type { RpcCall, RpcOutcome, SubscriptionListener, Topic, Unsubscribe } from "./types.ts";

type Subscription = {
  readonly topic: Topic;
  readonly listener: SubscriptionListener;
  /** What the node calls it; undefined while the connection is away. */
  id: string | undefined;
  /** The newest block or epoch that the listener has heard of. */
  last: number | undefined;
  /** Events that came while older ones are fetched. */
  held: unknown[] | undefined;
};

type Send = (call: RpcCall, onResult?: (result: unknown) => void) => Promise<RpcOutcome>;

/** Blocks or epochs that are fetched after a loss at most; whoever was away for longer reads the state again. */
const MAXIMUM_FETCHED = 64;
/** Events that are held meanwhile at most. */
const MAXIMUM_HELD = 256;

/** How the topics are fetched whose events have numbers, and from where on: an epoch changes after it was told. */
const FETCHED = {
  blocks: { method: "frond_getBlock", name: "number", first: 1 },
  epochs: { method: "frond_getEpoch", name: "epoch", first: 0 },
} as const;

/** The subscriptions of a connection that comes and goes. */
export function createSubscriptions(send: Send) {
  const all = new Set<Subscription>();
  const byId = new Map<string, Subscription>();

  function named(subscription: Subscription, id: string | undefined): void {
    if (subscription.id !== undefined) byId.delete(subscription.id);
    subscription.id = id;
    if (id !== undefined) byId.set(id, subscription);
  }

  async function begin(subscription: Subscription): Promise<void> {
    // Noted before the next message is read: that may be its first event.
    const onResult = (id: unknown) => named(subscription, String(id));
    const outcome = await send({ method: "frond_subscribe", params: subscription.topic }, onResult);
    if (!outcome.ok) throw outcome.error;
    // Ended meanwhile.
    if (!all.has(subscription)) await end(subscription);
  }

  async function end(subscription: Subscription): Promise<void> {
    const { id } = subscription;
    all.delete(subscription);
    named(subscription, undefined);
    if (id === undefined) return;
    await send({ method: "frond_unsubscribe", params: { subscription: id } }).catch(() => {});
  }

  /** Subscribes again, and fetches what was missed. What comes meanwhile is delivered after that. */
  async function renew(subscription: Subscription): Promise<void> {
    subscription.held = [];
    try {
      await begin(subscription);
      const isWhole = await fetchMissed(subscription, send);
      if (!isWhole || subscription.held.length > MAXIMUM_HELD) subscription.listener.onMissed?.();
    } finally {
      const { held } = subscription;
      subscription.held = undefined;
      for (const event of held.slice(0, MAXIMUM_HELD)) deliver(subscription, event);
    }
  }

  return {
    get size() {
      return all.size;
    },
    async add(topic: Topic, listener: SubscriptionListener): Promise<Unsubscribe> {
      const subscription: Subscription = { topic, listener, id: undefined, last: undefined, held: undefined };
      all.add(subscription);
      try {
        await begin(subscription);
      } catch (error) {
        all.delete(subscription);
        throw error;
      }
      return () => end(subscription);
    },
    notify(id: string, event: unknown): void {
      const subscription = byId.get(id);
      if (subscription === undefined) return;
      const { held } = subscription;
      if (held === undefined) deliver(subscription, event);
      else if (held.length <= MAXIMUM_HELD) held.push(event);
    },
    /** The connection is lost, and with it what the node knew. */
    forget(): void {
      for (const subscription of all) named(subscription, undefined);
    },
    /** Makes all again that the node has forgotten. @throws when one can't be made now */
    async renew(): Promise<void> {
      for (const subscription of [...all]) if (subscription.id === undefined) await renew(subscription);
    },
    clear(): void {
      all.clear();
      byId.clear();
    },
  };
}

function deliver(subscription: Subscription, event: unknown): void {
  const number = numberOf(subscription.topic, event);
  if (number !== undefined) subscription.last = Math.max(subscription.last ?? 0, number);
  subscription.listener.onEvent(event);
}

/** Whether everything that was missed is delivered. */
async function fetchMissed(subscription: Subscription, send: Send): Promise<boolean> {
  const { topic, last } = subscription;
  // They begin with what is there now.
  if (topic.topic === "entries" || topic.topic === "network" || topic.topic === "proofs") return true;
  if (last === undefined || (topic.topic !== "blocks" && topic.topic !== "epochs")) return false;
  const { method, name, first } = FETCHED[topic.topic];
  for (let i = 0; i < MAXIMUM_FETCHED; i++) {
    const outcome = await send({ method, params: { [name]: last + first + i } });
    if (!outcome.ok) return isNotYet(outcome.error);
    deliver(subscription, outcome.result);
  }
  return false;
}

function numberOf({ topic }: Topic, event: unknown): number | undefined {
  if (topic !== "blocks" && topic !== "epochs") return undefined;
  const number = (event as Record<string, unknown> | null)?.[FETCHED[topic].name];
  if (typeof number !== "number") throw new UnexpectedAnswerError(`the subscription to ${topic}`, "it has no number");
  return number;
}

/** Whether the block or epoch does not exist yet, so that nothing is missing. */
function isNotYet({ code }: RpcError): boolean {
  return code === "rpc/not-found";
}
