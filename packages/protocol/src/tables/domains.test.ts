import { expect, test } from "vitest";
import { DOMAINS } from "./domains.ts";

const domains = Object.entries(DOMAINS);

test.each(domains)("no other domain has a number of %s", (name, { first, count }) => {
  expect(count).toBeGreaterThan(0n);
  const overlapping = domains.filter(
    ([other, domain]) => other !== name && domain.first < first + count && first < domain.first + domain.count,
  );
  expect(overlapping).toEqual([]);
});

test("the numbers of all domains", () => {
  expect(Object.fromEntries(domains.map(([name, { first }]) => [name, first.toString(2).length - 1]))).toEqual({
    entryKey: 64,
    messagePoint: 65,
    preconfirmation: 66,
    blockSignature: 67,
    bundle: 68,
    hello: 69,
    layerDescription: 75,
    committeeSignature: 70,
    exitSignature: 71,
    segmentPoint: 72,
    exit: 73,
    holding: 74,
    promise: 160,
  });
});
