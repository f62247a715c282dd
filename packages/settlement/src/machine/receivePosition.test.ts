import { describe, expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import { setBack } from "./setBack.ts";

describe("a position", () => {
  it("of a session that the coordinator does not know is refused, and changes nothing", () => {
    const t = machineTree(["a"]);
    const before = t.layer("a").at;
    expect(t.say("a", { session: 3 })).toMatch(/the coordinator has set it back 0 times only/);
    expect(t.layer("a")).toMatchObject({ session: 0, at: before });
  });

  it("with fewer blocks than closed epochs have is refused", () => {
    const t = machineTree(["a"]);
    t.hand("a");
    t.layer("a").base = 1;
    expect(t.say("a", { block: 0 })).toMatch(/has 0 blocks, but 1 of it are in closed epochs/);
    expect(t.layer("a").session).toBe(0);
  });

  it("of a former session leaves the layer away", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a");
    setBack(t.tree, [t.layer("a").layerId]);
    expect(t.say("a", { session: 0, block: 1 })).toBeUndefined();
    expect(t.layer("a")).toMatchObject({ session: 1, conduct: { offences: 0 } });
    t.send("b", "a", { time: 5 });
    expect([...t.tree.letters.to(t.layer("a").layerId)]).toMatchObject([{ isDelivered: false }]);
  });

  it("of a former session, after one of a later session, is refused: the layer would be given all of its mail again", () => {
    const t = machineTree(["a", "b"]);
    setBack(t.tree, [t.layer("a").layerId]);
    t.say("a", { session: 1 });
    for (let index = 0; index < 100; index++) t.send("b", "a", { time: 1 + Math.floor(index / 64), index: index % 64 });
    const given = () => (t.flush().get("a") ?? []).filter(({ type }) => type === "deliver").length;
    expect(given()).toBe(100);
    for (let times = 0; times < 10; times++) {
      expect(t.say("a", { session: 0 })).toMatch(/was in session 1 on this connection, and is in session 0 now/);
      expect(t.say("a", { session: 1 })).toBeUndefined();
    }
    expect(given()).toBe(0);
    t.disconnect("a");
    t.connect("a", { session: 0 });
    expect(t.layer("a").at).toMatchObject({ session: 0 });
  });

  it("of a former session does not end the set-back", () => {
    const t = machineTree(["a"]);
    const { layerId } = t.layer("a");
    setBack(t.tree, [layerId], new Map([[layerId, [{ hash: 1n, code: "x", message: "y" }]]]));
    t.say("a", { session: 0 });
    expect(t.layer("a").drops).toHaveLength(1);
  });

  it("far ahead of the network's time sets back the layer, at no cost, unless others have received from it", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a");
    const { layerId, time } = t.layer("a");
    const ahead = t.now + 365 * 24 * 3_600_000;
    t.say("a", { time: t.now + 30_000 });
    expect(t.layer("a").session).toBe(0);
    t.say("a", { time: ahead });
    expect(t.layer("a")).toMatchObject({ session: 1, conduct: { offences: 0 } });
    expect(t.wanted("a")).toMatchObject({ session: 1, time });
    // What was taken of it is its last time now, wherever that is.
    t.say("a", { session: 1, time });
    t.send("a", "b");
    t.handled("b", "a", 0);
    expect([...t.tree.letters.from(layerId)]).toMatchObject([{ isDelivered: true }]);
    t.say("a", { session: 1, time: ahead });
    expect([t.layer("a").session, t.layer("b").session]).toEqual([1, 0]);
  });

  it("with fewer blocks than were handed over sets back the layer and who received from it, at its cost", () => {
    const t = machineTree(["a", "b", "c"]);
    t.send("a", "b", { time: 1 });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.say("a", { block: 0 });
    expect(["a", "b", "c"].map((name) => t.layer(name).session)).toEqual([1, 1, 0]);
    expect(t.layer("a").conduct.offences).toBe(1);
    expect(t.layer("b").conduct.offences).toBe(0);
  });

  it("that was overtaken by a later one is void", () => {
    const t = machineTree(["a"]);
    t.say("a", { number: 8 });
    t.hand("a");
    t.say("a", { number: 7, block: 0, isHeld: true });
    expect(t.layer("a")).toMatchObject({ session: 0, accepted: 1, at: { number: 8, isHeld: false } });
  });

  it("on a new connection brings again what is not handled, and what could not be consumed", () => {
    const t = machineTree(["a", "b"]);
    for (const time of [1, 2, 3]) t.send("a", "b", { time });
    t.handled("b", "a", 64);
    t.handled("b", "a", 128, { error: "too large" });
    t.flush();
    t.disconnect("b");
    t.connect("b");
    const again = t
      .flush()
      .get("b")!
      .filter(({ type }) => type === "deliver");
    expect(again).toMatchObject([
      { previous: 64, position: 128 },
      { previous: 128, position: 192 },
    ]);
  });

  it("ends a set-back: what it left out is forgotten, durably", () => {
    const t = machineTree(["a"]);
    const { layerId } = t.layer("a");
    setBack(t.tree, [layerId], new Map([[layerId, [{ hash: 1n, code: "x", message: "y" }]]]));
    t.flush();
    expect(t.restart().layer("a").drops).toHaveLength(1);
    t.say("a", { session: 1, returning: { count: 1, waiting: 1 } });
    t.flush();
    expect(t.restart().layer("a")).toMatchObject({ drops: [], returningSince: 1 });
  });
});
