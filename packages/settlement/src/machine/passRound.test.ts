import { expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree, ROUND } from "../testing/machineTree.ts";
import { isRoundOver, passRound } from "./passRound.ts";
import { setBack } from "./setBack.ts";
import { enterStage, putClosed } from "./tree.ts";

function pass(t: MachineTree, rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    expect([isRoundOver(t.tree, ROUND - 1), isRoundOver(t.tree, 1)]).toEqual([false, true]);
    passRound(t.tree);
  }
}

it("a round passes with each epoch, and with each long time in which an epoch is open; that is durable", () => {
  const t = machineTree(["a"]);
  expect(t.tree.round).toBe(1);
  enterStage(t.tree, { stage: "open", number: 2, after: 0 }, undefined);
  expect(t.tree.round).toBe(2);
  pass(t, 2);
  enterStage(t.tree, { stage: "open", number: 1, after: 0 }, undefined);
  expect(t.tree.round).toBe(4);
  t.flush();
  expect(t.restart().tree.round).toBe(4);
});

it("no time counts while an epoch ends or is proven: then the next epoch is a round", () => {
  const t = machineTree(["a"]);
  t.enter("holding");
  expect(isRoundOver(t.tree, 100 * ROUND)).toBe(false);
  t.enter("open");
  putClosed(t.tree, { stage: "blocks", number: 0, after: 0, until: 1, leftOut: [] });
  expect(isRoundOver(t.tree, 100 * ROUND)).toBe(false);
  expect(t.tree.waited).toBeLessThan(LAYER_TIMEOUT);
});

it("layers are told", () => {
  const t = machineTree(["a"]);
  t.flush();
  pass(t, 1);
  expect(t.flush().get("a")).toMatchObject([{ type: "network", round: 2 }]);
});

it("on an idle network, too, others wait for a layer that was set back and is gone, but not for ever", () => {
  const t = machineTree(["r", "gone"]);
  setBack(t.tree, [t.layer("r").layerId, t.layer("gone").layerId]);
  t.disconnect("gone");
  t.say("r", { session: 1, returning: { count: 1, waiting: 10, failing: 10 } });
  pass(t, 32);
  expect(t.wanted("r").giveUp).toBeUndefined();
  t.flush();
  pass(t, 1);
  expect(t.flush().get("r")).toContainEqual(expect.objectContaining({ type: "wanted", giveUp: 10 }));
});
