import { describe, expect, it } from "vitest";
import { LAYER_TIMEOUT, type MachineTree, machineTree } from "../testing/machineTree.ts";
import { advanceEpoch, beginToEnd, mayEndAgain } from "./advanceEpoch.ts";
import { afterOffence, founding, unknown } from "./conduct.ts";
import { hasDebts } from "./debts.ts";
import { setBack } from "./setBack.ts";
import { putClosed } from "./tree.ts";

/** Of the first epoch: it is sealed at 1,000,000 milliseconds, and all times in it are lower. */
const UNTIL = 1_000_500;
const stage = ({ tree }: MachineTree) => tree.epoch.stage;
function hold(t: MachineTree, ...names: string[]) {
  for (const name of names) t.say(name, { isHeld: true });
}
function seal(t: MachineTree, ...names: string[]) {
  for (const name of names) t.say(name, { epoch: t.tree.epoch.number + 1, isHeld: false });
}
/** Ends the running epoch; those named take part, the others are late. */
function end(t: MachineTree, ...names: string[]) {
  putClosed(t.tree, undefined);
  beginToEnd(t.tree);
  hold(t, ...names);
  advanceEpoch(t.tree, LAYER_TIMEOUT);
  seal(t, ...names);
  return advanceEpoch(t.tree, 100 * LAYER_TIMEOUT)?.map(({ known }) => known.name);
}

describe("an open epoch", () => {
  it("begins to end once, when the one before has settled", () => {
    const t = machineTree(["a"]);
    t.tree.closed = { stage: "submitting", number: 0, after: 0, until: 1, leftOut: [] };
    expect([beginToEnd(t.tree), stage(t)]).toEqual([false, "open"]);
    t.tree.closed = undefined;
    expect([beginToEnd(t.tree), stage(t)]).toEqual([true, "holding"]);
    expect(beginToEnd(t.tree)).toBe(false);
    expect(t.restart().tree.epoch.stage).toBe("open");
    t.flush();
    expect(t.restart().tree.epoch.stage).toBe("holding");
  });

  it("does not end by itself", () => {
    const t = machineTree(["a"]);
    expect(advanceEpoch(t.tree, 100 * LAYER_TIMEOUT)).toBeUndefined();
    expect(stage(t)).toBe("open");
  });
});

describe("an epoch whose layers are held is sealed", () => {
  it("when all orders nothing more and nothing is in flight", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    beginToEnd(t.tree);
    hold(t, "a", "b");
    advanceEpoch(t.tree, 0);
    expect(stage(t)).toBe("holding");
    t.handled("b", "a", 64);
    advanceEpoch(t.tree, 0);
    expect(stage(t)).toBe("sealing");
  });

  it.each([{ patienceDoublings: 0 }, { patienceDoublings: 1 }, { patienceDoublings: 3 }, { patienceDoublings: 4 }])(
    "later, as long as one of them gets through its mail, but after 8 timeouts (patience doubled $patienceDoublings times)",
    ({ patienceDoublings }) => {
      const t = machineTree(["a", "b"]);
      t.tree.patienceDoublings = patienceDoublings;
      for (let time = 1; time <= 40; time++) t.send("a", "b", { time });
      beginToEnd(t.tree);
      hold(t, "a", "b");
      const almost = (LAYER_TIMEOUT / 2) * 2 ** patienceDoublings - 1;
      let waited = 0;
      for (let time = 1; stage(t) === "holding"; time++) {
        const step = Math.min(almost, 8 * LAYER_TIMEOUT - 1 - waited);
        waited += Math.max(1, step);
        advanceEpoch(t.tree, Math.max(1, step));
        expect(stage(t)).toBe(waited < 8 * LAYER_TIMEOUT ? "holding" : "sealing");
        t.handled("b", "a", time * 64);
      }
      expect(waited).toBe(8 * LAYER_TIMEOUT);
    },
  );

  it("without waiting for what a layer has sent to itself: it may consume that while the epoch is sealed", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "a", { time: 1 });
    beginToEnd(t.tree);
    hold(t, "a", "b");
    advanceEpoch(t.tree, 0);
    expect(stage(t)).toBe("sealing");
    expect(["a", "b"].map((name) => t.wanted(name).epoch)).toEqual([1, 2]);
    t.flush();
    // A handler sends once more to its own layer, and to another one.
    t.send("a", "a", { time: 2 });
    t.send("a", "b", { time: 2, index: 1 });
    const delivered = [...t.flush()].flatMap(([name, frames]) =>
      frames.flatMap((frame) => (frame.type === "deliver" ? [[name, frame.position]] : [])),
    );
    expect(delivered).toEqual([["a", 128]]);
    t.handled("a", "a", 128);
    expect(t.wanted("a").epoch).toBe(2);
  });

  it("and the next one ends after three times as long as layers were held, however long that was", () => {
    const t = machineTree(["a", "b"]);
    expect(mayEndAgain(t.tree)).toBe(true);
    beginToEnd(t.tree);
    hold(t, "a");
    advanceEpoch(t.tree, LAYER_TIMEOUT / 2);
    expect(stage(t)).toBe("sealing");
    t.passed += (3 * LAYER_TIMEOUT) / 2 - 1;
    expect(mayEndAgain(t.tree)).toBe(false);
    t.passed += 1;
    expect(mayEndAgain(t.tree)).toBe(true);
  });

  it.each<{ what: string; change(t: MachineTree): unknown; at: object }>([
    { what: "orders transactions", at: { isHeld: false }, change: () => {} },
    { what: "is in another epoch", at: { isHeld: true, epoch: 0 }, change: () => {} },
    { what: "has sent what is not here", at: { isHeld: true, message: 64 }, change: () => {} },
    {
      what: "goes back",
      at: { isHeld: true },
      change: (t) => setBack(t.tree, [t.layer("b").layerId]),
    },
  ])("later, while one of them $what, but not for ever", ({ change, at }) => {
    const t = machineTree(["a", "b"]);
    beginToEnd(t.tree);
    hold(t, "a");
    t.say("b", at);
    change(t);
    advanceEpoch(t.tree, LAYER_TIMEOUT / 2 - 1);
    expect(stage(t)).toBe("holding");
    advanceEpoch(t.tree, 1);
    expect(stage(t)).toBe("sealing");
  });

  it("without those who are offline, or not believed", () => {
    const t = machineTree(["a", "b"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    t.send("a", "b");
    t.disconnect("b");
    beginToEnd(t.tree);
    hold(t, "a");
    advanceEpoch(t.tree, 0);
    expect(stage(t)).toBe("sealing");
  });

  it("when bundles between prepare and commit are done, or have had their time", () => {
    const t = machineTree(["a"]);
    t.tree.bundlesRunning = 1;
    beginToEnd(t.tree);
    hold(t, "a");
    advanceEpoch(t.tree, 2 * LAYER_TIMEOUT - 1);
    expect(stage(t)).toBe("holding");
    advanceEpoch(t.tree, 1);
    expect(stage(t)).toBe("sealing");
  });
});

describe("an epoch that is sealed is closed", () => {
  it("when all have closed it and handed over all that belongs to it", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    seal(t, "a");
    t.say("b", { epoch: 2, block: 1, sealed: 1 });
    expect(advanceEpoch(t.tree, 0)).toBeUndefined();
    t.hand("b");
    expect(advanceEpoch(t.tree, 0)).toEqual([]);
    expect(t.tree).toMatchObject({
      epoch: { stage: "open", number: 2, after: UNTIL },
      closed: { stage: "blocks", number: 1, after: 0, until: UNTIL, leftOut: [] },
    });
    expect([t.layer("a").session, t.layer("b").session]).toEqual([0, 0]);
    expect([t.layer("a").base, t.layer("b").base]).toEqual([0, 1]);
  });

  it("when all messages of the blocks are here, too", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    t.enter("sealing");
    seal(t, "a", "b");
    expect(advanceEpoch(t.tree, 0)).toBeUndefined();
    t.send("a", "b", { time: 5, epoch: 1 });
    expect(advanceEpoch(t.tree, 0)).toEqual([]);
  });

  it("without blocks whose messages never come: their layer goes back, and the others stay in the epoch", () => {
    const t = machineTree(["a", "b"]);
    t.hand("a", { time: 4 });
    t.hand("a", { time: 5, produced: [t.messageOf("a", "b", 5)] });
    t.hand("a", { time: 6 });
    t.hand("b");
    t.enter("sealing");
    seal(t, "a", "b");
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT)!.map(({ known }) => known.name)).toEqual(["a"]);
    expect(t.layer("a")).toMatchObject({ session: 1, base: 1, accepted: 1 });
    expect(t.layer("b")).toMatchObject({ session: 0, base: 1 });
  });

  it("without who is offline, at once; it goes back to what is here of it", () => {
    const t = machineTree(["a", "b"]);
    t.hand("b");
    t.disconnect("b");
    t.enter("sealing");
    seal(t, "a");
    expect(advanceEpoch(t.tree, 0)!.map(({ known }) => known.name)).toEqual(["b"]);
    expect(t.layer("b")).toMatchObject({ session: 1, base: 1, accepted: 1, conduct: { offences: 0 } });
    t.connect("b", { session: 0, block: 1 });
    expect(t.wanted("b")).toMatchObject({ session: 1, block: 1, epoch: 2 });
  });

  it("without who is online and does not answer, after a while", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    seal(t, "a");
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT - 1)).toBeUndefined();
    expect(advanceEpoch(t.tree, 1)).toHaveLength(1);
  });

  it.each([
    { patienceDoublings: 1, times: 2 },
    { patienceDoublings: 4, times: 16 },
  ])(
    "after $times times as long, when $patienceDoublings epochs left out a message's other side",
    ({ patienceDoublings, times }) => {
      const t = machineTree(["a", "b"]);
      t.tree.patienceDoublings = patienceDoublings;
      beginToEnd(t.tree);
      hold(t, "a");
      expect([advanceEpoch(t.tree, (times * LAYER_TIMEOUT) / 2 - 1), stage(t)]).toEqual([undefined, "holding"]);
      expect([advanceEpoch(t.tree, 1), stage(t)]).toEqual([undefined, "sealing"]);
      seal(t, "a");
      expect(advanceEpoch(t.tree, times * LAYER_TIMEOUT - 1)).toBeUndefined();
      expect(advanceEpoch(t.tree, 1)).toHaveLength(1);
    },
  );

  it.each([0, 2, 4])(
    "after 16 timeouts at most without who owes others something, when patience was doubled %i times",
    (patienceDoublings) => {
      const t = machineTree(["a", "b"]);
      t.tree.patienceDoublings = patienceDoublings;
      t.send("a", "b", { time: 1 });
      t.disconnect("a");
      t.enter("sealing");
      seal(t, "b");
      const longest = Math.min(4 * 2 ** patienceDoublings, 16) * LAYER_TIMEOUT;
      expect(advanceEpoch(t.tree, longest - 1)).toBeUndefined();
      expect(advanceEpoch(t.tree, 1)).not.toBeUndefined();
      expect(mayEndAgain(t.tree)).toBe(false);
      t.passed += longest;
      expect(mayEndAgain(t.tree)).toBe(true);
    },
  );

  it("without a stranger much sooner: its blocks come in the next epoch", () => {
    const t = machineTree(["a"]);
    t.add("stranger", unknown);
    t.connect("stranger");
    t.enter("sealing");
    seal(t, "a");
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT / 10 - 1)).toBeUndefined();
    expect(advanceEpoch(t.tree, 1)).toHaveLength(1);
    expect(t.layer("stranger")).toMatchObject({ session: 1, conduct: { offences: 0 } });
  });

  it("with its letters gone, and those of the next epoch given", () => {
    const t = machineTree(["a", "b"]);
    t.enter("sealing");
    seal(t, "a");
    t.send("a", "b", { epoch: 2 });
    t.send("b", "a", { time: 1 });
    seal(t, "b");
    t.flush();
    t.hand("b", { time: 1, produced: [t.messageOf("b", "a", 1)] });
    advanceEpoch(t.tree, 0);
    expect([...t.tree.letters.all()]).toMatchObject([{ epoch: 2, isDelivered: true }]);
    expect(
      t
        .flush()
        .get("b")!
        .filter(({ type }) => type === "deliver"),
    ).toHaveLength(1);
  });

  it("durably in one step with the set-back of who is late", () => {
    const t = machineTree(["a", "b"]);
    t.hand("b");
    t.flush();
    t.enter("sealing");
    seal(t, "a");
    t.flush();
    advanceEpoch(t.tree, LAYER_TIMEOUT);
    expect(t.restart()).toMatchObject({ tree: { epoch: { stage: "sealing", number: 1 }, closed: undefined } });
    t.flush();
    const again = t.restart();
    expect(again.tree).toMatchObject({ epoch: { stage: "open", number: 2 }, closed: { number: 1 } });
    expect(again.layer("b")).toMatchObject({ session: 1, base: 1 });
  });
});

describe("who owes others something", () => {
  it("is waited for longer, wherever it is, and pays if it does not come", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    t.handled("b", "a", 64);
    t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    t.disconnect("a");
    t.enter("sealing");
    seal(t, "b");
    expect(hasDebts(t.tree, t.layer("a"))).toBe(true);
    expect(hasDebts(t.tree, t.layer("b"))).toBe(false);
    expect(advanceEpoch(t.tree, 4 * LAYER_TIMEOUT - 1)).toBeUndefined();
    advanceEpoch(t.tree, 1);
    expect(t.layer("a").conduct.offences).toBe(1);
    expect(t.layer("b").conduct.offences).toBe(0);
  });

  it("owes nothing any more when its block is here", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    expect([hasDebts(t.tree, t.layer("a")), hasDebts(t.tree, t.layer("b"))]).toEqual([true, true]);
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    expect([hasDebts(t.tree, t.layer("a")), hasDebts(t.tree, t.layer("b"))]).toEqual([false, false]);
  });

  it("owes it still, if an earlier block lacks its messages: that one can't be in the epoch", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 6 });
    t.hand("a", { time: 5, produced: [] });
    t.hand("a", { time: 6, produced: [t.messageOf("a", "b", 6), t.messageOf("a", "b", 6)] });
    t.handled("b", "a", 6 * 64);
    t.hand("b", { time: 7, consumed: [t.consumedOf("a", "b", 6)] });
    t.enter("sealing");
    seal(t, "a", "b");
    advanceEpoch(t.tree, 4 * LAYER_TIMEOUT);
    expect([t.layer("a").conduct.offences, t.layer("b").conduct.offences]).toEqual([1, 0]);
  });

  it("is who went away before it was given the message, and not who sent it; nobody, if that was long before", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.flush();
    t.send("a", "b", { time: 1 });
    expect([hasDebts(t.tree, t.layer("a")), hasDebts(t.tree, t.layer("b"))]).toEqual([false, true]);
    const later = machineTree(["a", "b"]);
    later.disconnect("b");
    later.flush();
    later.passed += LAYER_TIMEOUT;
    later.send("a", "b", { time: 1 });
    expect([hasDebts(later.tree, later.layer("a")), hasDebts(later.tree, later.layer("b"))]).toEqual([false, false]);
  });

  it.each([
    { who: "sends and says that there is no block", culprit: "a" },
    { who: "says that it has handled, and has no block that consumes", culprit: "b" },
  ])("pays who $who, though it says that it has closed the epoch", ({ culprit }) => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    t.handled("b", "a", 64);
    if (culprit === "a") t.hand("b", { time: 2, consumed: [t.consumedOf("a", "b", 1)] });
    else t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.enter("sealing");
    seal(t, "a", "b");
    expect(advanceEpoch(t.tree, 0)).toEqual([]);
    expect(["a", "b"].filter((name) => t.layer(name).conduct.offences > 0)).toEqual([culprit]);
  });

  it("does not owe itself, and one in quarantine is not waited for", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "a", { time: 1 });
    expect(hasDebts(t.tree, t.layer("a"))).toBe(false);
    t.send("b", "a", { time: 1 });
    expect(hasDebts(t.tree, t.layer("b"))).toBe(true);
    t.layer("b").conduct = afterOffence(founding, { epoch: 1, now: t.now });
    expect(hasDebts(t.tree, t.layer("b"))).toBe(false);
  });

  it("pays who can't consume a message: its senders must not try again and again", () => {
    const t = machineTree(["a", "b"]);
    t.send("a", "b", { time: 1 });
    t.handled("b", "a", 64, { error: "too large" });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.enter("sealing");
    seal(t, "a", "b");
    advanceEpoch(t.tree, 0);
    expect(["a", "b"].map((name) => t.layer(name).conduct.offences)).toEqual([0, 1]);
  });

  it("pays nothing for what nobody knows after a restart of the coordinator", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    t.send("a", "b", { time: 1 });
    t.hand("a", { time: 1, produced: [t.messageOf("a", "b", 1)] });
    t.enter("sealing");
    t.flush();
    const again = t.restart();
    again.connect("a");
    seal(again, "a");
    advanceEpoch(again.tree, 100 * LAYER_TIMEOUT);
    expect(["a", "b"].map((name) => again.layer(name).conduct.offences)).toEqual([0, 0]);
  });
});

describe("a layer that is there, and late again and again", () => {
  /** How long the end of each epoch takes, in milliseconds, if `late` never seals and is never held. */
  const durations = (t: MachineTree, epochs: number) =>
    Array.from({ length: epochs }, () => {
      putClosed(t.tree, undefined);
      beginToEnd(t.tree);
      const { number } = t.tree.epoch;
      let milliseconds = 0;
      for (; t.tree.epoch.number === number && milliseconds < 10_000; milliseconds += 100) {
        if (stage(t) === "holding") hold(t, "a");
        else seal(t, "a");
        advanceEpoch(t.tree, stage(t) === "open" ? 0 : 100);
      }
      if (t.layer("late").peer !== undefined) t.say("late", { session: t.layer("late").session, epoch: 0 });
      return milliseconds;
    });

  it("holds up ever fewer epochs", () => {
    const t = machineTree(["a", "late"]);
    const found = durations(t, 40);
    expect(found[0]).toBeGreaterThan(LAYER_TIMEOUT);
    expect(found.filter((milliseconds) => milliseconds > 400).length).toBeLessThan(7);
  });

  it("is waited for again when it was in time four times that it was waited for, twice as often each time", () => {
    const t = machineTree(["a", "b"]);
    for (let epoch = 1; epoch < 4; epoch++) end(t, "a");
    t.say("b", { session: t.layer("b").session, epoch: 4, isHeld: false });
    const times: number[] = [];
    for (let epoch = 4; epoch <= 29; epoch++) {
      expect(end(t, "a", "b")).toEqual([]);
      times.push(t.layer("b").late.times);
    }
    // It was waited for in epochs 4, 8, 12 and 16, then in 18, 20, 22 and 24.
    expect(times).toEqual([...Array(12).fill(2), ...Array(8).fill(1), ...Array(6).fill(0)]);
  });

  it("delays one epoch in eight, if it is late whenever it has lived that down", () => {
    const t = machineTree(["a", "b"]);
    let delayed = 0;
    for (let epoch = 1; epoch <= 80; epoch++) {
      const isLate = t.layer("b").late.times === 0;
      const late = isLate ? end(t, "a") : end(t, "a", "b");
      delayed += late!.length;
      t.say("b", { session: t.layer("b").session, epoch: t.tree.epoch.number, isHeld: false });
    }
    expect(delayed).toBe(10);
  });

  it("has a tenth of the time when it is not waited for: that is enough for who is not slow any more", () => {
    const t = machineTree(["a", "b"]);
    end(t, "a");
    end(t, "a");
    t.say("b", { session: t.layer("b").session, epoch: 3, isHeld: false });
    putClosed(t.tree, undefined);
    beginToEnd(t.tree);
    hold(t, "a");
    advanceEpoch(t.tree, LAYER_TIMEOUT / 20 - 1);
    expect(stage(t)).toBe("holding");
    advanceEpoch(t.tree, 1);
    expect(stage(t)).toBe("sealing");
    seal(t, "a");
    expect(advanceEpoch(t.tree, LAYER_TIMEOUT / 10 - 1)).toBeUndefined();
    expect(advanceEpoch(t.tree, 1)).toHaveLength(1);
    expect(t.layer("b").late.times).toBe(2);
  });

  it("counts as late, too, if it orders transactions until the wait is over, and then closes the epoch", () => {
    const t = machineTree(["a", "b"]);
    beginToEnd(t.tree);
    hold(t, "a");
    advanceEpoch(t.tree, LAYER_TIMEOUT);
    seal(t, "a", "b");
    advanceEpoch(t.tree, 0);
    expect(t.layer("b").late).toEqual({ times: 1, epoch: 1, inTime: 0 });
    expect(t.layer("a").late.times).toBe(0);
  });

  it("is not counted while it is offline: it comes back, and is waited for", () => {
    const t = machineTree(["a", "b"]);
    t.disconnect("b");
    for (let epoch = 1; epoch < 4; epoch++) expect(end(t, "a")).toEqual(["b"]);
    expect(t.layer("b").late.times).toBe(0);
  });
});
