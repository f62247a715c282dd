import { sleep } from "@frond/foundation";
import { expect, it } from "vitest";
import type { Connection } from "../rpc/connection.ts";
import { createWatchSubscriptions } from "./watchSubscriptions.ts";

function listener() {
  const told: unknown[] = [];
  const ends = new Map<string, () => void>();
  const connection = {
    notify: (text: string) => told.push(JSON.parse(text).params),
    subscribe: (id: string, end: () => void) => void ends.set(id, end),
  } as unknown as Connection;
  return { told, ends, connection };
}

it("tells what is there at first, then each change once, and nothing after the end", async () => {
  let epoch = 1;
  let looks = 0;
  const watches = createWatchSubscriptions({
    network() {
      looks += 1;
      return { epoch };
    },
  });
  const [one, other] = [listener(), listener()];
  const id = watches.add("network", one.connection);
  await expect.poll(() => one.told).toEqual([{ subscription: id, topic: "network", result: { epoch: 1 } }]);
  watches.add("network", other.connection);
  await expect.poll(() => other.told).toHaveLength(1);
  epoch = 2;
  await expect.poll(() => [one.told.length, other.told.length], { timeout: 5_000 }).toEqual([2, 2]);
  for (const { ends } of [one, other]) for (const end of ends.values()) end();
  const before = looks;
  epoch = 3;
  await sleep(700);
  expect([one.told.length, other.told.length]).toEqual([2, 2]);
  expect(looks).toBeLessThanOrEqual(before + 1);
});
