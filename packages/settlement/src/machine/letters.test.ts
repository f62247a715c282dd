import type { Field } from "@frond/foundation";
import { describe, expect, it } from "vitest";
import { type MachineTree, machineTree } from "../testing/machineTree.ts";
import { afterOffence, founding, unknown } from "./conduct.ts";
import { countMail, countMailOfOthers, mayDeliver } from "./deliver.ts";
import { blocksOfEpoch } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import { receiversOf } from "./letters.ts";
import {
  blocksUsed,
  consumedIn,
  isOutOfBlocks,
  lettersOfBlock,
  nameOfLetter,
  roomForLetters,
  shareOfBlocks,
} from "./room.ts";
import { setBack } from "./setBack.ts";

const POSITIONS_PER_BLOCK = 64;

/** Counts the looks at all letters that are there now. */
function countLooks(t: MachineTree): () => number {
  let looks = 0;
  for (const letter of t.tree.letters.all())
    for (const part of ["from", "position", "epoch", "isHandled", "isSent"] as const) {
      let value: unknown = letter[part];
      const set = (next: unknown) => {
        value = next;
      };
      Object.defineProperty(letter, part, { get: () => [value, looks++][0], set, configurable: true });
    }
  return () => looks;
}

/** Frames, and what each of them may cost at most, however many letters there are. */
const FRAMES = 50;
const LOOKS = 200;

function looksOf(t: MachineTree, frame: (index: number) => void): number {
  const looks = countLooks(t);
  for (let index = 0; index < FRAMES; index++) frame(index);
  return looks() / FRAMES;
}

/** 3,900 letters of `from` to `to`. */
function fill(t: MachineTree, from: string, to: string): void {
  for (let index = 0; index < 3_900; index++)
    expect(t.send(from, to, { time: 1 + Math.floor(index / 64), index: index % 64 })).toBeUndefined();
}

const LAST_TIME = 1 + Math.floor(3_900 / 64);

describe.each([
  ["a stranger to itself", () => (({ tree }) => [tree, "s", "s"] as const)(stranger())],
  ["a believed layer to another", () => [machineTree(["a", "b", "c"]), "a", "b"] as const],
])("4,000 letters of %s are not gone through", (_, start) => {
  it("for a message", () => {
    const [t, from, to] = start();
    fill(t, from, to);
    expect(looksOf(t, (index) => t.send(from, to, { time: LAST_TIME + 1, index }))).toBeLessThan(LOOKS);
    expect([...t.tree.letters.all()]).toHaveLength(3_950);
  });

  it("for what is handled, whether once or again", () => {
    const [t, from, to] = start();
    fill(t, from, to);
    t.handled(to, from, 2 * 64 - 1);
    expect(looksOf(t, (index) => t.handled(to, from, (2 + (index % 3)) * 64))).toBeLessThan(LOOKS);
    expect(looksOf(t, (index) => t.handled(to, from, 20 * 64 + index, { error: "too large" }))).toBeLessThan(LOOKS);
  });

  it("for a block of the sender or of the receiver, or a position", () => {
    const [t, from, to] = start();
    const produced = (time: number) => Array.from({ length: 64 }, () => t.messageOf(from, to, time));
    fill(t, from, to);
    const looks = looksOf(t, (index) => {
      if (index < 3) expect(t.hand(from, { time: index + 1, produced: produced(index + 1) }).kind).toBe("accepted");
      t.say(from);
      t.say(to);
    });
    expect(looks).toBeLessThan(LOOKS);
    if (from === to) return;
    const consumed = (index: number) => [t.consumedOf(from, to, 1, index)];
    const accepted = (index: number) =>
      expect(t.hand(to, { time: 2 + index, consumed: consumed(index) }).kind).toBe("accepted");
    expect(looksOf(t, accepted)).toBeLessThan(LOOKS);
    // What an earlier block consumes is consumed.
    expect(t.hand(to, { time: 99, consumed: consumed(49) }).kind).toBe("refused");
  });
});

function stranger() {
  const tree = machineTree();
  tree.add("s", unknown);
  tree.connect("s");
  return { tree };
}

it("a hundred letters that wait for room are found by turns of their senders, without a look at the rest", () => {
  const t = machineTree(["a", "c", "b"], { shares: { blocksOfLayer: 2 } });
  fill(t, "a", "b");
  t.flush();
  expect(looksOf(t, (index) => t.send("c", "b", { time: 1, index }))).toBeLessThan(LOOKS);
  t.hand("b", { time: 2, consumed: Array.from({ length: 8 }, (_, index) => t.consumedOf("a", "b", 1, index)) });
  expect(
    t
      .flush()
      .get("b")!
      .filter(({ type }) => type === "deliver"),
  ).toEqual([]);
});

describe("what is known of all letters together is what a look at each of them gives", () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))("whatever happens (%d)", (seed) => {
    let t = machineTree(NAMES, { shares: { blocksOfLayer: 4 } });
    const random = createRandom(seed);
    for (let step = 0; step < 150; step++) {
      t = act(t, random);
      expectSame(t);
    }
  });
});

const NAMES = ["a", "b", "c"];

function createRandom(seed: number): (below: number) => number {
  let state = seed * 7_919 + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function act(t: MachineTree, random: (below: number) => number): MachineTree {
  const [one, other] = [NAMES[random(3)]!, NAMES[random(3)]!];
  const letters = [...t.tree.letters.to(t.layer(one).layerId)];
  const letter = letters[random(Math.max(1, letters.length))];
  const sender = NAMES.find((name) => t.layer(name).layerId === letter?.from)!;
  const kind = random(20);
  if (kind < 9) t.send(one, other);
  else if (kind < 12 && letter) t.handled(one, sender, letter.position, random(3) === 0 ? { error: "no" } : {});
  else if (kind < 15) handConsuming(t, one, letters);
  else if (kind === 15) t.connect(one);
  else if (kind === 16) t.disconnect(one);
  else if (kind === 17) setBack(t.tree, [t.layer(one).layerId]);
  else if (kind === 18) t.layer(one).conduct = random(2) ? founding : afterOffence(founding, { epoch: 1, now: t.now });
  else if (random(3) === 0) {
    t.flush();
    return t.restart();
  } else if (t.layer(one).peer !== undefined) t.say(one);
  return t;
}

/** The layer hands over a block that consumes its first letters that it has, and what it sent. */
function handConsuming(t: MachineTree, name: string, letters: readonly Letter[]): void {
  const layer = t.layer(name);
  const sent = [...t.tree.letters.from(layer.layerId)].filter(({ time }) => time > layer.time);
  const time = Math.max(layer.time + 1, ...letters.map((letter) => letter.time + 1), ...sent.map((one) => one.time));
  const inBlocks = consumedIn(blocksOfEpoch(layer, 1));
  const consumed = letters
    .filter((letter) => letter.isSent && !inBlocks.has(nameOfLetter(letter)) && letter.time < time)
    .slice(0, 8)
    .map(({ message, position, from }) => ({ message, position, source: `layer:${from}` }));
  const produced = sent.filter((one) => one.time === time).map(({ message }) => message);
  t.hand(name, { time, consumed: consumed as never, produced });
}

function expectSame({ tree }: MachineTree): void {
  for (const layer of tree.layers.values()) {
    const { layerId } = layer;
    const to = [...tree.letters.all()].filter((letter) => letter.to === layerId);
    const from = [...tree.letters.all()].filter((letter) => letter.from === layerId);
    const open = to.filter((letter) => !letter.isHandled && mayDeliver(tree, letter));
    expect(countMail(tree, layer)).toBe(isOutOfBlocks(tree, layer) ? 0 : open.length);
    expect(countMailOfOthers(tree, layer)).toBe(open.filter((letter) => letter.from !== layerId).length);
    expect(tree.letters.lastPosition(layerId, 1)).toBe(Math.max(-1, ...from.map(({ position }) => position)));
    expect(tree.letters.countFrom(layerId)).toBe(from.length);
    const inBlocks = consumedIn(blocksOfEpoch(layer, 1));
    const waiting = to.filter((letter) => letter.isSent && !inBlocks.has(nameOfLetter(letter)));
    const blocks = Math.max(0, shareOfBlocks(tree, layer) - blocksUsed(layer, 1));
    if (layer.peer !== undefined && layer.at?.session === layer.session)
      expect(roomForLetters(tree, layer)).toBe(Math.max(0, blocks * lettersOfBlock(layer) - waiting.length));
    expect(receiversOf([layerId], tree.letters)).toEqual(receivers(tree.letters.all(), layerId));
    for (const letter of to) expect(tree.letters.find(letter.from, letter.position)).toBe(letter);
    expect(to.every(({ position, time }) => Math.floor(position / POSITIONS_PER_BLOCK) === time)).toBe(true);
  }
}

function receivers(letters: Iterable<Letter>, seed: Field): Set<Field> {
  const all = [...letters];
  const found = new Set([seed]);
  for (const layerId of found)
    for (const { from, to, isDelivered } of all) if (from === layerId && isDelivered) found.add(to);
  return found;
}
