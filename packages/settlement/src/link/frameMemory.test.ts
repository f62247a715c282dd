import { expect, test } from "vitest";
import { createFrameMemory } from "./frameMemory.ts";

function holders(...names: readonly string[]) {
  const ended: string[] = [];
  return { ended, of: new Map(names.map((name) => [name, { end: () => void ended.push(name) }])) };
}

test("ends nobody within bounds", () => {
  const memory = createFrameMemory(100);
  const { ended, of } = holders("a", "b");
  memory.note(of.get("a")!, 60);
  memory.note(of.get("b")!, 40);
  memory.note(of.get("a")!, 0);
  memory.note(of.get("b")!, 100);
  expect(ended).toEqual([]);
});

test("ends who has held the most for the longest, and not who sends a large frame quickly", () => {
  const memory = createFrameMemory(100);
  const { ended, of } = holders("idle", "small", "quick");
  memory.note(of.get("idle")!, 45);
  memory.note(of.get("small")!, 1);
  for (let turn = 0; turn < 10; turn++) memory.turn();
  memory.note(of.get("quick")!, 54);
  expect(ended).toEqual([]);
  memory.note(of.get("quick")!, 80);
  expect(ended).toEqual(["idle"]);
});

test("ends as many as it takes", () => {
  const memory = createFrameMemory(100);
  const { ended, of } = holders("a", "b", "c");
  memory.note(of.get("a")!, 30);
  memory.note(of.get("b")!, 40);
  for (let turn = 0; turn < 3; turn++) memory.turn();
  memory.note(of.get("c")!, 100);
  expect(ended).toEqual(["b", "a"]);
});

test("lets each hold an equal share of one half", () => {
  const memory = createFrameMemory(100);
  const { of } = holders("a", "b");
  expect(memory.shareBytes).toBe(50);
  for (const holder of of.values()) memory.note(holder, 1);
  expect(memory.shareBytes).toBe(25);
});
