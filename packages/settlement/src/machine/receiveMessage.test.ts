import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, machineTree } from "../testing/machineTree.ts";
import { afterOffence, founding, unknown } from "./conduct.ts";
import { setBack } from "./setBack.ts";

const POISON = 2 ** 32 - 2;

describe("a message", () => {
  it("is taken once, in order, and given to its receiver when it is durable", () => {
    const t = machineTree(["a", "b"]);
    t.flush();
    expect(t.send("a", "b", { time: 1 })).toBeUndefined();
    expect(t.send("a", "b", { time: 1, previous: -1 })).toBeUndefined();
    expect(t.send("a", "b", { time: 1, index: 1 })).toBeUndefined();
    expect(
      t
        .flush()
        .get("b")!
        .filter(({ type }) => type === "deliver"),
    ).toMatchObject([
      { session: 0, previous: -1, position: 64 },
      { session: 0, previous: 64, position: 65 },
    ]);
    expect([...t.restart().tree.letters.all()].map(({ position }) => position)).toEqual([64, 65]);
  });

  it("after one that was lost waits, and its sender is told at once where it stands", () => {
    const t = machineTree(["a", "b"]);
    t.flush();
    t.send("a", "b", { time: 2, previous: 64 });
    expect([...t.tree.letters.all()]).toEqual([]);
    expect(t.flush().get("a")).toMatchObject([{ type: "clock" }, { type: "wanted", message: -1 }]);
  });

  it.each([
    { what: "whose time no receiver could follow", sent: { time: POISON }, reason: /ahead of the network/ },
    {
      what: "that its block does not have",
      sent: { time: 3, index: 1 },
      reason: /block of that time does not have it/,
    },
  ])("$what is refused", ({ sent, reason }) => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 3 });
    t.hand("a", { time: 3, produced: [t.messageOf("a", "b", 3)] });
    expect(t.send("a", "b", sent)).toMatch(reason);
    expect([...t.tree.letters.all()]).toHaveLength(1);
  });

  it("may be ahead of the network's time by the drift", () => {
    const t = machineTree(["a", "b"]);
    expect(t.send("a", "b", { time: t.now + 2_000 })).toBeUndefined();
    expect(t.send("a", "b", { time: t.now + 2_001 })).toMatch(/ahead of the network/);
    t.now += 1_000;
    expect(t.send("a", "b", { time: t.now + 1_001 })).toBeUndefined();
  });

  it("counts as sent to who was away only if time has passed since: the network's time may jump", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.flush();
    t.now += 3_600_000;
    t.send("a", "b", { time: 1 });
    t.passed += LAYER_TIMEOUT;
    t.send("a", "b", { time: 2 });
    expect([...t.tree.letters.all()].map(({ isToAbsent }) => isToAbsent)).toEqual([false, true]);
  });

  it("of a layer of which nothing has settled reaches nobody but itself", () => {
    const t = machineTree(["b"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    expect(t.send("stranger", "b")).toMatch(/once a block of it has settled/);
    expect(t.send("stranger", "stranger")).toBeUndefined();
    expect([...t.tree.letters.all()]).toMatchObject([{ isDelivered: true }]);
  });

  it("of a layer in quarantine is refused until that ends", () => {
    const t = machineTree(["b"]);
    t.add("bad", afterOffence(founding, { epoch: 1, now: t.now }));
    t.connect("bad");
    expect(t.send("bad", "b")).toMatch(/not in quarantine/);
    t.now += 30_000;
    expect(t.send("bad", "b")).toBeUndefined();
  });

  it("of a time that its layer is past is refused", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a", { time: 3 });
    expect(t.send("a", "b", { time: 2 })).toMatch(/block of that time does not have it/);
    expect(t.send("a", "b", { time: 4 })).toBeUndefined();
  });

  it("that comes again after its block was taken, because its connection ended, is taken", () => {
    const t = machineTree(["a", "b"]);
    const message = t.messageOf("a", "b", 3);
    t.send("a", "b", { time: 3 });
    t.hand("a", { time: 3, produced: [message] });
    t.tree.letters.remove([...t.tree.letters.all()][0]!);
    expect(t.send("a", "b", { time: 3 })).toBeUndefined();
    expect([...t.tree.letters.all()]).toHaveLength(1);
  });

  it("to a layer of which nothing has settled, and that need not consume it, is refused", () => {
    const t = machineTree(["a"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    expect(t.send("a", "stranger")).toMatch(/no such receiver/);
  });

  it("of another session is void, though its layer is here", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { session: 3 });
    expect([...t.tree.letters.all()]).toEqual([]);
  });

  it("that is repeated changes nothing, and nothing is said about it", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    t.flush();
    expect(t.send("a", "b", { time: 1, previous: -1 })).toBeUndefined();
    expect(t.flush()).toEqual(new Map());
  });

  it("of another session, or of an epoch that is over or to come, is void", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { epoch: 2 });
    setBack(t.tree, [t.layer("a").layerId]);
    t.send("a", "b");
    expect([...t.tree.letters.all()]).toEqual([]);
  });

  it("of the next epoch is taken from a layer that has closed this one, and given when the epoch is open", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    t.send("a", "b", { epoch: 2 });
    expect([...t.tree.letters.all()]).toEqual([]);
    t.say("a", { epoch: 2 });
    t.send("a", "b", { epoch: 2 });
    expect([...t.tree.letters.all()]).toMatchObject([{ epoch: 2, isDelivered: false }]);
  });

  it("of an epoch that others close already is kept, and given to nobody: its receiver may be past it", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    t.send("a", "b");
    expect([...t.tree.letters.all()]).toMatchObject([{ epoch: 1, isDelivered: false, isLate: true }]);
    expect(t.wanted("b").epoch).toBe(2);
  });
});

describe("a layer that has handled a message", () => {
  it("has handled all before it of that sender, and nothing of others", () => {
    const t = machineTree(["a", "b", "c"]);
    for (const time of [1, 2, 3]) t.send("a", "c", { time });
    t.send("b", "c", { time: 1 });
    t.handled("c", "a", 128);
    const handled = [...t.tree.letters.to(t.layer("c").layerId)].map(({ isHandled }) => isHandled);
    expect(handled).toEqual([true, true, false, false]);
  });

  it("in a former session has not", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    setBack(t.tree, [t.layer("b").layerId]);
    t.handled("b", "a", 64);
    expect([...t.tree.letters.all()]).toMatchObject([{ isHandled: false, isDelivered: false }]);
  });

  it("in another session than its own has not", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    t.handled("b", "a", 64, { session: 2 });
    expect([...t.tree.letters.all()]).toMatchObject([{ isHandled: false }]);
  });

  it("that was not given to it has not", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.send("a", "b", { time: 1 });
    t.connect("b", { epoch: 0 });
    t.handled("b", "a", 64);
    expect([...t.tree.letters.all()]).toMatchObject([{ isHandled: false, isDelivered: false }]);
  });

  it("and can't consume it, says so of that one only", () => {
    const t = machineTree(["a", "b"]);
    for (const time of [1, 2]) t.send("a", "b", { time });
    t.handled("b", "a", 128, { error: "too large" });
    expect([...t.tree.letters.all()]).toMatchObject([{ isHandled: false }, { isHandled: true, error: "too large" }]);
  });
});
