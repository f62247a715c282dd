import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import { restate } from "./restate.ts";

it("says everything again that may have been lost, and nothing that was handled", () => {
  const t = machineTree(["a", "b"]);
  for (const time of [1, 2]) t.send("a", "b", { time });
  t.deposit(0, "b", 1n);
  t.deposit(1, "b", 2n);
  t.say("b");
  t.handled("b", "a", 64);
  t.layer("b").deposits.set(0, true);
  t.flush();
  restate(t.tree);
  const said = t.flush().get("b")!;
  expect(said.map(({ type }) => type).sort()).toEqual(["clock", "deliver", "deliver", "network", "wanted"]);
  expect(said.flatMap((frame) => (frame.type === "deliver" ? [frame.position] : []))).toEqual([128, 1]);
});

it("frames that are lost do no harm: an epoch ends all the same", () => {
  const t = machineTree(["a"]);
  t.enter("holding");
  t.flush();
  restate(t.tree);
  expect(t.flush().get("a")).toMatchObject([
    { type: "network" },
    { type: "clock", time: t.now },
    { type: "wanted", isHeld: true },
  ]);
});
