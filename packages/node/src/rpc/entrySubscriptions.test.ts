import { sleep } from "@frond/foundation";
import { expect, onTestFinished, test } from "vitest";
import { createAllowances } from "./allowances.ts";
import { type Connection, createConnection } from "./connection.ts";
import { createEntrySubscriptions } from "./entrySubscriptions.ts";
import { defaultRpcLimits } from "./limits.ts";

type Event = { readonly subscription: string; readonly result: { readonly entries: readonly { key: string }[] } };

function start(limits: Partial<typeof defaultRpcLimits> = {}) {
  const state = new Map<bigint, readonly bigint[]>();
  let reads = 0;
  const subscriptions = createEntrySubscriptions((key) => {
    reads++;
    return state.get(key);
  });
  onTestFinished(() => subscriptions.close());
  const own = { ...defaultRpcLimits, ...limits };
  const allowance = createAllowances(own).enter("192.0.2.1")!;
  const connect = () => {
    const events: Event[] = [];
    const notify = (text: string) => void events.push((JSON.parse(text) as { params: Event }).params);
    return { events, connection: createConnection(own, allowance, notify) };
  };
  return { state, subscriptions, connect, reads: () => reads };
}

const keysOf = (events: readonly Event[]) => events.map(({ result }) => result.entries.map(({ key }) => Number(key)));

test("a subscriber hears of the present values, and then of entries that have changed", async () => {
  const { state, subscriptions, connect } = start();
  state.set(1n, [10n]);
  const { events, connection } = connect();
  const id = subscriptions.add([1n, 2n], connection);
  await expect.poll(() => keysOf(events)).toEqual([[1, 2]]);
  expect(events[0]).toMatchObject({
    subscription: id,
    result: { entries: [{ values: [`0x${"a".padStart(64, "0")}`] }, { values: null }] },
  });
  state.set(2n, [1n]);
  state.set(2n, [2n]);
  state.set(3n, [3n]);
  subscriptions.touch();
  await expect.poll(() => keysOf(events)).toEqual([[1, 2], [2]]);
  subscriptions.touch();
  connection.unsubscribe(id);
  state.set(1n, [11n]);
  subscriptions.touch();
  await sleep(250);
  expect(events).toHaveLength(2);
});

test("what looking costs depends on the entries, neither on who watches nor on how often something happens", async () => {
  const { subscriptions, connect, reads } = start();
  const all = Array.from({ length: 16 }, connect);
  for (const { connection } of all) subscriptions.add([1n, 2n, 3n], connection);
  await expect.poll(() => all.every(({ events }) => events.length === 1)).toBe(true);
  const before = reads();
  for (let i = 0; i < 10_000; i++) subscriptions.touch();
  await sleep(250);
  expect(reads() - before).toBe(3);
});

test("each key counts as a call, and there is an end to what is watched", () => {
  const { subscriptions, connect } = start({ callRate: 1, callBurst: 100 });
  const keys = Array.from({ length: 64 }, (_, i) => BigInt(i));
  const { connection } = connect();
  subscriptions.add(keys, connection);
  expect(() => subscriptions.add(keys, connection)).toThrow("call too fast");
  const over = Array.from({ length: 100_001 }, (_, i) => BigInt(i));
  expect(() => subscriptions.add(over, connect().connection)).toThrow("watches as many entries as it may");
  const http: Connection = createConnection(defaultRpcLimits, createAllowances(defaultRpcLimits).enter("192.0.2.2")!);
  expect(() => subscriptions.add([1n], http)).toThrow("WebSocket");
});
