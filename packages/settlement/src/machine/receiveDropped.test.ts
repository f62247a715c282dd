import { describe, expect, it, vi } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch } from "./advanceEpoch.ts";
import { unknown } from "./conduct.ts";
import { receiveDropped } from "./receiveDropped.ts";
import { setBack } from "./setBack.ts";

const drop = (t: MachineTree, name: string, hash: bigint) =>
  receiveDropped(t.tree, t.layer(name), { legs: [{ hash, code: "too-poor", message: "It is too poor." }] });
const sessions = (t: MachineTree) => ["a", "b"].map((name) => t.layer(name).session);

describe("a leg that a layer could not execute again", () => {
  it("after a set-back takes the other legs with it, at nobody's cost", () => {
    const t = machineTree(["a", "b"]);
    const { hashes } = t.bundle(1n, ["a", "b"]);
    setBack(t.tree, [t.layer("a").layerId]);
    t.say("a", { session: 1 });
    drop(t, "a", hashes[0]!);
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "failed", leg: 0, reason: "It is too poor." });
    expect(sessions(t)).toEqual([2, 1]);
    expect(t.layer("a").conduct.offences).toBe(0);
  });

  it("is looked for among all bundles only if a layer that may have a leg names one", () => {
    const t = machineTree(["a", "b"]);
    const { hashes } = t.bundle(1n, ["a", "b"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    const looks = vi.spyOn(t.tree.bundles, "values");
    drop(t, "stranger", hashes[0]!);
    receiveDropped(t.tree, t.layer("a"), { legs: [] });
    expect(looks).not.toHaveBeenCalled();
  });

  it("without a set-back costs the layer: others would go back as often as it likes", () => {
    const t = machineTree(["a", "b"]);
    const { hashes } = t.bundle(1n, ["a", "b"]);
    drop(t, "a", hashes[0]!);
    expect(t.tree.bundles.get(1n)).toMatchObject({ status: "failed" });
    expect([t.layer("a").conduct.offences, t.layer("b").conduct.offences]).toEqual([1, 0]);
  });

  it("sets back nobody if it is said again", () => {
    const t = machineTree(["a", "b"]);
    const { hashes } = t.bundle(1n, ["a", "b"]);
    for (let times = 0; times < 3; times++) {
      drop(t, "a", hashes[0]!);
      t.say("a", { session: t.layer("a").session });
    }
    expect(sessions(t)).toEqual([1, 1]);
  });

  it("is nothing that anybody else can say: no stranger takes back a bundle", () => {
    const t = machineTree(["a", "b"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    const { hashes } = t.bundle(1n, ["a", "b"]);
    drop(t, "stranger", hashes[0]!);
    drop(t, "b", hashes[0]!);
    expect(t.tree.bundles.get(1n)!.status).toBe("preconfirmed");
    expect(sessions(t)).toEqual([0, 0]);
  });

  it.each(["running", "closed"])("is not one that is in a block of the %s epoch", (epoch) => {
    const t = machineTree(["a", "b"]);
    const bundle = t.bundle(1n, ["a", "b"]);
    const { hashes } = bundle;
    t.hand("a", { legs: [bundle] });
    if (epoch === "closed") {
      t.enter("sealing");
      for (const name of ["a", "b"]) t.say(name, { epoch: 2 });
      advanceEpoch(t.tree, LAYER_TIMEOUT);
    }
    drop(t, "a", hashes[0]!);
    expect(t.tree.bundles.get(1n)!.status).toBe("preconfirmed");
    expect(sessions(t)).toEqual([0, 0]);
  });

  it("is void of a bundle that has settled", () => {
    const t = machineTree(["a", "b"]);
    const settled = t.bundle(2n, ["a", "b"], "settled");
    drop(t, "a", settled.hashes[0]!);
    expect(sessions(t)).toEqual([0, 0]);
  });
});
