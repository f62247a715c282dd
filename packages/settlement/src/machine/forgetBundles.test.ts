import { expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { noteSettled } from "./closeEpoch.ts";
import { BUNDLE_EPOCHS } from "./forgetBundles.ts";
import { enterStage } from "./tree.ts";
import { undoBundle } from "./undoBundle.ts";

/** L1 has accepted all epochs through `epoch`, in which none of the layers had a block. */
function settle(t: MachineTree, epoch: number): void {
  enterStage(t.tree, { stage: "open", number: epoch + 1, after: 0 }, undefined);
  noteSettled(t.tree, { epoch, through: new Map(), deposits: [], summary: { epoch, leftOut: [] } as never });
}
function known(t: MachineTree) {
  t.flush();
  return [t, t.restart()].map(({ tree }) => [...tree.bundles.values()].map(({ status }) => status));
}

it.each(["settled", "failed"] as const)("a bundle that has %s is forgotten after 64 epochs, durably", (status) => {
  const t = machineTree(["a", "b"]);
  t.bundle(1n, ["a", "b"], status);
  settle(t, BUNDLE_EPOCHS);
  expect(known(t)).toEqual([[status], [status]]);
  settle(t, BUNDLE_EPOCHS + 1);
  expect(known(t)).toEqual([[], []]);
  expect(t.layer("a").session).toBe(0);
});

it("a bundle whose legs never are in a block has failed after 64 epochs, and is forgotten after 64 more", () => {
  const t = machineTree(["a", "b"]);
  const bundle = t.bundle(1n, ["a", "b"]);
  const { hashes } = bundle;
  t.hand("a", { legs: [bundle] });
  settle(t, BUNDLE_EPOCHS + 1);
  expect(t.tree.bundles.get(1n)).toMatchObject({ status: "failed", leg: 1, epoch: BUNDLE_EPOCHS + 2 });
  expect(["a", "b"].map((name) => t.layer(name).drops.map(({ hash }) => hash))).toEqual(hashes.map((hash) => [hash]));
  settle(t, 2 * BUNDLE_EPOCHS + 1);
  expect(known(t)).toEqual([["failed"], ["failed"]]);
  settle(t, 2 * BUNDLE_EPOCHS + 2);
  expect(known(t)).toEqual([[], []]);
});

it("a bundle that fails late is known for 64 epochs after that", () => {
  const t = machineTree(["a"]);
  const bundle = t.bundle(1n, ["a"]);
  enterStage(t.tree, { stage: "open", number: 50, after: 0 }, undefined);
  undoBundle(t.tree, bundle, { leg: 0, reason: "a reason" });
  settle(t, 50 + BUNDLE_EPOCHS - 1);
  expect(known(t)[0]).toEqual(["failed"]);
  settle(t, 50 + BUNDLE_EPOCHS);
  expect(known(t)[0]).toEqual([]);
});

it("a bundle that is being committed is never forgotten", () => {
  const t = machineTree(["a"]);
  t.bundle(1n, ["a"], "committing");
  settle(t, 10 * BUNDLE_EPOCHS);
  expect(known(t)[0]).toEqual(["committing"]);
});
