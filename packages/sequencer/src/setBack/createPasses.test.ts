import { sleep } from "@frond/foundation";
import { expect, it } from "vitest";
import { createPasses } from "./createPasses.ts";

const turn = () => sleep(5);
function busyFor(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}
function fail(error: unknown): never {
  throw error;
}

it("passes once for all that happens in a turn, and again for what happens during a pass", async () => {
  let passes = 0;
  const { wake, whenIdle } = createPasses({
    async pass() {
      if (passes++ === 0) wake();
    },
    mayPass: () => true,
    onFailure: fail,
  });
  wake();
  wake();
  expect(passes).toBe(0);
  await whenIdle();
  await turn();
  expect(passes).toBe(2);
});

it("does not pass while that makes no sense", async () => {
  let may = true;
  let passes = 0;
  const { wake, whenIdle } = createPasses({
    async pass() {
      passes++;
    },
    mayPass: () => may,
    onFailure: fail,
  });
  wake();
  may = false;
  await whenIdle();
  wake();
  await turn();
  expect(passes).toBe(0);
  may = true;
  wake();
  await whenIdle();
  expect(passes).toBe(1);
});

it("pauses after a long pass, and then does what was asked for meanwhile", async () => {
  const starts: number[] = [];
  const { wake } = createPasses({
    async pass() {
      starts.push(performance.now());
      busyFor(20);
    },
    mayPass: () => starts.length < 2,
    onFailure: fail,
  });
  wake();
  await expect.poll(() => starts.length).toBe(1);
  for (let i = 0; i < 3; i++) wake();
  await expect.poll(() => starts.length).toBe(2);
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(95);
});

it("tells of a pass that fails, and goes on", async () => {
  const failures: unknown[] = [];
  let passes = 0;
  const { wake, whenIdle } = createPasses({
    async pass() {
      if (passes++ === 0) throw new Error("no");
    },
    mayPass: () => true,
    onFailure: (error) => void failures.push(error),
  });
  wake();
  await whenIdle();
  wake();
  await whenIdle();
  expect([passes, failures.length]).toEqual([2, 1]);
});
