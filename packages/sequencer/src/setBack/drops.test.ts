import type { DroppedTransaction } from "@frond/store";
import { expect, it } from "vitest";
import { createDrops } from "./drops.ts";

const droppedLegs = (count: number, session: number): DroppedTransaction[] =>
  Array.from({ length: count }, (_, i) => ({
    hash: BigInt(session * 10_000 + i),
    code: "a-code",
    message: "A reason.",
    session,
    isLeg: true,
  }));
function storeOf(stored: readonly DroppedTransaction[]) {
  const entries = stored.map((reason) => [String(reason.hash), reason] as const);
  return { table: () => ({ entries: () => entries[Symbol.iterator](), get: () => undefined }) } as never;
}

it("all legs that a session has dropped are told, however many; of sessions before it the last ones", () => {
  const drops = createDrops(storeOf([...droppedLegs(1_200, 1), ...droppedLegs(1_500, 2)]), 2);
  expect(drops.legs).toEqual(droppedLegs(1_500, 2));
  drops.add(droppedLegs(1_501, 2).slice(-1));
  expect(drops.legs).toHaveLength(1_501);
  drops.restart(droppedLegs(10, 3));
  expect(drops.legs).toEqual([...droppedLegs(1_501, 2).slice(-990), ...droppedLegs(10, 3)]);
});
