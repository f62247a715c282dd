import { silentLogger, sleep } from "@frond/foundation";
import { expect, test } from "vitest";
import { createDeliveries } from "./deliveries.ts";
import { deliver } from "./testing/linkedLayer.ts";

/** A sequencer in which a message is executed at once, and durable when the test says so. */
function started() {
  const sequencer = { session: 0, cursor: -1 };
  const waiting: { readonly position: number; resolve(): void; reject(error: unknown): void }[] = [];
  const deliveries = createDeliveries(
    {
      get session() {
        return sequencer.session;
      },
      cursor: () => (sequencer.cursor < 0 ? undefined : sequencer.cursor),
      consume([message]) {
        const { position } = message!;
        sequencer.cursor = Math.max(sequencer.cursor, position);
        return new Promise((resolve, reject) => waiting.push({ position, resolve, reject }));
      },
    },
    { logger: silentLogger, onHandled() {} },
  );
  const positions = () => deliveries.untold().map(({ position, error }) => (error === undefined ? position : error));
  const settled = () => sleep(0);
  return { sequencer, waiting, deliveries, positions, settled };
}

test("what is executed and not durable is not said to be handled, however often it comes", async () => {
  const { waiting, deliveries, positions, settled } = started();
  for (const position of [0, 1, 0, 1]) deliveries.take(deliver(position));
  await settled();
  expect(waiting.map(({ position }) => position)).toEqual([0, 1]);
  expect(positions()).toEqual([]);
  waiting[0]!.resolve();
  await settled();
  expect(positions()).toEqual([0]);
  deliveries.take(deliver(1));
  expect(positions()).toEqual([]);
  waiting[1]!.resolve();
  await settled();
  expect(positions()).toEqual([1]);
});

test("what was handled before a restart is said to be handled", () => {
  const { sequencer, deliveries, positions, waiting } = started();
  sequencer.cursor = 5;
  for (const position of [4, 5]) deliveries.take(deliver(position));
  expect(positions()).toEqual([5]);
  expect(waiting).toEqual([]);
});

test("what the sequencer can't take now is not reported, and taken when it comes again with what follows", async () => {
  const { sequencer, waiting, deliveries, positions, settled } = started();
  deliveries.take(deliver(0));
  sequencer.cursor = -1;
  waiting[0]!.reject(Object.assign(new Error("full"), { code: "sequencer/inbox-full", retry: "later" }));
  await settled();
  deliveries.take(deliver(1));
  expect(positions()).toEqual([]);
  expect(waiting.length).toBe(1);
  for (const position of [0, 1]) deliveries.take(deliver(position));
  expect(waiting.map(({ position }) => position)).toEqual([0, 0, 1]);
});

test("what can never be consumed is reported, and does not hold up what follows", async () => {
  const { waiting, deliveries, positions, settled } = started();
  for (const position of [0, 1]) deliveries.take(deliver(position));
  waiting[0]!.reject(Object.assign(new Error("too large"), { retry: "never" }));
  waiting[1]!.resolve();
  await settled();
  expect(positions()).toEqual(["too large", 1]);
  deliveries.take(deliver(0));
  expect(positions()).toEqual(["too large"]);
});

test("what becomes durable after a set-back belongs to the session before it", async () => {
  const { sequencer, waiting, deliveries, positions, settled } = started();
  deliveries.take(deliver(0));
  sequencer.session = 1;
  sequencer.cursor = -1;
  deliveries.restart();
  waiting[0]!.resolve();
  await settled();
  expect(positions()).toEqual([]);
  deliveries.take(deliver(0, { session: 1 }));
  expect(waiting.length).toBe(2);
});
