import { expect, it } from "vitest";
import { createFrameRates, defaultFrameRates, type FrameAllowance, type SenderKind } from "./frameRates.ts";

/** How many messages are taken within some seconds of those who send as fast as they can. */
function takenIn(
  seconds: number,
  senders: readonly { readonly allowance: FrameAllowance; readonly kind: SenderKind }[],
  clock: { now: number },
): number[] {
  const taken = senders.map(() => 0);
  const nextAt = senders.map(() => 0);
  for (const end = clock.now + 1_000 * seconds; clock.now < end; clock.now += 1)
    for (const [index, { allowance, kind }] of senders.entries()) {
      while (nextAt[index]! <= clock.now) {
        const pause = allowance(kind);
        if (pause === 0) taken[index]! += 1;
        nextAt[index] = clock.now + pause;
      }
    }
  return taken;
}

it("a layer is taken so many messages of a second, and fewer if it is not believed", () => {
  const clock = { now: 0 };
  const rates = createFrameRates(defaultFrameRates, () => clock.now);
  const { layer, stranger } = defaultFrameRates;
  for (const [kind, { rate, burst }] of [
    ["layer", layer],
    ["stranger", stranger],
  ] as const) {
    const sender = [{ allowance: rates.allowanceOf(), kind }];
    const [first] = takenIn(1, sender, clock);
    expect(first).toBeGreaterThanOrEqual(burst);
    const [then] = takenIn(10, sender, clock);
    expect(then! / 10).toBeLessThanOrEqual(rate * 1.01);
    expect(then! / 10).toBeGreaterThan(rate * 0.9);
  }
});

it("many strangers take from each other, and not from layers that are believed", () => {
  const clock = { now: 0 };
  const rates = createFrameRates(defaultFrameRates, () => clock.now);
  const strangers = Array.from({ length: 50 }, () => ({ allowance: rates.allowanceOf(), kind: "stranger" as const }));
  takenIn(1, strangers, clock);
  const layer = { allowance: rates.allowanceOf(), kind: "layer" as const };
  const taken = takenIn(10, [layer, ...strangers], clock);
  const ofStrangers = taken.slice(1).reduce((sum, count) => sum + count, 0);
  expect(ofStrangers / 10).toBeLessThanOrEqual(defaultFrameRates.strangers.rate * 1.01);
  expect(taken[0]!).toBeGreaterThanOrEqual(defaultFrameRates.layer.burst);
});

it("who has not identified itself takes nothing from anybody", () => {
  const rates = createFrameRates({ ...defaultFrameRates, strangers: { rate: 1, burst: 1 } }, () => 0);
  expect(Array.from({ length: 20 }, () => rates.allowanceOf()("unidentified"))).toEqual(Array(20).fill(0));
  expect(rates.allowanceOf()("stranger")).toBe(0);
  expect(rates.allowanceOf()("stranger")).toBeGreaterThan(0);
});
