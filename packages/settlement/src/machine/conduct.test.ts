import { expect, it } from "vitest";
import { afterOffence, afterSettled, founding, isBelieved, isQuarantined, unknown } from "./conduct.ts";

const MINUTE = 60_000;

it("a layer is believed when a block of it has settled, or because the tree was deployed with it", () => {
  expect(isBelieved(founding, 0)).toBe(true);
  expect(isBelieved(unknown, 0)).toBe(false);
  expect(isBelieved(afterSettled(unknown), 0)).toBe(true);
});

it("each offence makes the quarantine twice as long", () => {
  let conduct = founding;
  const lengths = [1, 2, 3, 4].map((epoch) => {
    conduct = afterOffence(conduct, { epoch, now: 0 });
    return conduct.quarantinedUntil / MINUTE;
  });
  expect(lengths).toEqual([0.5, 1, 2, 4]);
});

it("a quarantine ends, and has an end however often a layer offends", () => {
  let conduct = founding;
  for (let epoch = 1; epoch < 100; epoch++) conduct = afterOffence(conduct, { epoch, now: 0 });
  expect(conduct.offences).toBe(4);
  expect(isQuarantined(conduct, conduct.quarantinedUntil - 1)).toBe(true);
  expect(isBelieved(conduct, conduct.quarantinedUntil)).toBe(true);
  expect(conduct.quarantinedUntil / MINUTE).toBe(8);
});

it("offences of one epoch count once, and none makes a quarantine shorter", () => {
  const once = afterOffence(founding, { epoch: 3, now: 0 });
  expect(afterOffence(once, { epoch: 3, now: MINUTE })).toBe(once);
  const long = { ...founding, quarantinedUntil: 99 * MINUTE };
  expect(afterOffence(long, { epoch: 4, now: 0 }).quarantinedUntil).toBe(99 * MINUTE);
});

it("eight good epochs live down one offence, and another offence begins to count again", () => {
  const settle = (times: number, from: typeof founding) => {
    let conduct = from;
    for (let epoch = 0; epoch < times; epoch++) conduct = afterSettled(conduct);
    return conduct;
  };
  const twice = afterOffence(afterOffence(founding, { epoch: 1, now: 0 }), { epoch: 2, now: 0 });
  expect(settle(7, twice).offences).toBe(2);
  expect(settle(8, twice).offences).toBe(1);
  expect(settle(99, twice).offences).toBe(0);
  const again = afterOffence(settle(7, twice), { epoch: 3, now: 0 });
  expect(settle(7, again).offences).toBe(3);
});
