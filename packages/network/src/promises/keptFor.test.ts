import { sleep } from "@frond/foundation";
import { expect, it } from "vitest";
import { keptFor } from "./keptFor.ts";

it("reads again only when the time is over, whether there was an answer or not", async () => {
  let reads = 0;
  const read = keptFor(100, async () => {
    reads++;
    if (reads === 2) throw new Error("nobody answers");
    return reads;
  });
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  expect(await read()).toBe(1);
  await sleep(120);
  const failing = [read(), read()];
  await expect(failing[0]).rejects.toThrow("nobody answers");
  await expect(failing[1]).rejects.toThrow("nobody answers");
  await sleep(120);
  expect(await read()).toBe(3);
});

it("keeps for ever what never changes, but no failure", async () => {
  let reads = 0;
  const read = keptFor(Number.POSITIVE_INFINITY, async () => {
    if (++reads === 1) throw new Error("nobody answers");
    return reads;
  });
  await expect(read()).rejects.toThrow();
  await sleep(1_020);
  expect(await read()).toBe(2);
  expect(await read()).toBe(2);
});
