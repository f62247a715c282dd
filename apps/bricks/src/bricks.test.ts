import { encodeCall } from "@frond/language";
import { credit, ETHER, QUOTE } from "@frond/money";
import { createSandbox, type SandboxLayer } from "@frond/money/testing";
import { MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bricks, SORTS } from "./bricks.ts";
import { COLOURS, describeKind, KINDS, kindOf, MATERIALS } from "./kinds.ts";

const ALICE = 11n;
const BOB = 22n;
const HERE = 77n;
const UNIT = 10n ** 18n;
const RED_WOOD = kindOf("wood", "red");
const BLUE_STONE = kindOf("stone", "blue");
const WHITE_GOLD = kindOf("gold", "white");

type Layer = SandboxLayer<typeof bricks.state, typeof bricks.methods>;

function createWorld() {
  const sandbox = createSandbox();
  const layer = sandbox.layer(bricks, HERE);
  for (const owner of [ALICE, BOB]) {
    layer.deposit(owner, ETHER, UNIT);
    layer.deposit(owner, QUOTE, 1000n * UNIT);
  }
  return { sandbox, layer };
}

/** The bricks of a set, padded. */
function sorts(...used: readonly { kind: number; count: number }[]) {
  return [...used, ...new Array(SORTS - used.length).fill({ kind: 0, count: 0 })];
}

const countOf = (layer: Layer, owner: bigint, kind: number) => layer.get("bricks", { owner, kind }).count;
const failsWith = (message: string) => ({ ok: false, error: { message } });

describe("buying and selling", () => {
  test("is at the price of the material, in its asset", () => {
    const { layer } = createWorld();
    expect(layer.call(ALICE, "buy", { kind: RED_WOOD, count: 30 }).ok).toBe(true);
    expect(layer.call(ALICE, "buy", { kind: WHITE_GOLD, count: 7 }).ok).toBe(true);
    expect(layer.get("accounts", ALICE)).toEqual({ ether: UNIT - 7n * 10n ** 15n, quote: 997n * UNIT });
    expect(layer.call(ALICE, "sell", { kind: RED_WOOD, count: 20 }).ok).toBe(true);
    expect(layer.get("accounts", ALICE).quote).toBe(999n * UNIT);
    expect(countOf(layer, ALICE, RED_WOOD)).toBe(10n);
  });

  test("needs the money, the bricks and a kind that there is", () => {
    const { layer } = createWorld();
    expect(layer.call(ALICE, "buy", { kind: WHITE_GOLD, count: 1001 })).toMatchObject(
      failsWith("the balance is too small"),
    );
    expect(layer.call(ALICE, "sell", { kind: RED_WOOD, count: 1 })).toMatchObject(
      failsWith("there are not enough bricks"),
    );
    expect(layer.call(ALICE, "buy", { kind: KINDS, count: 0 })).toMatchObject(
      failsWith("there is no such kind of brick"),
    );
  });
});

describe("a set", () => {
  function withSet() {
    const world = createWorld();
    world.layer.call(ALICE, "buy", { kind: RED_WOOD, count: 10 });
    world.layer.call(ALICE, "buy", { kind: BLUE_STONE, count: 5 });
    const parts = sorts({ kind: RED_WOOD, count: 8 }, { kind: BLUE_STONE, count: 5 });
    expect(world.layer.call(ALICE, "assemble", { id: 1, shape: 5n, bricks: parts }).ok).toBe(true);
    return world;
  }

  test("holds the bricks that it is made of", () => {
    const { layer } = withSet();
    expect([countOf(layer, ALICE, RED_WOOD), countOf(layer, ALICE, BLUE_STONE)]).toEqual([2n, 0n]);
    expect(layer.get("sets", 1)).toEqual({
      owner: ALICE,
      shape: 5n,
      bricks: sorts({ kind: RED_WOOD, count: 8 }, { kind: BLUE_STONE, count: 5 }).map(({ kind, count }) => ({
        kind: BigInt(kind),
        count: BigInt(count),
      })),
    });
  });

  test("is given away as a whole, and its new owner takes it apart", () => {
    const { layer } = withSet();
    const notYours = failsWith("the set is not yours");
    expect(layer.call(BOB, "disassemble", { id: 1 })).toMatchObject(notYours);
    expect(layer.call(BOB, "giveSet", { id: 1, to: BOB })).toMatchObject(notYours);
    expect(layer.call(ALICE, "giveSet", { id: 1, to: BOB }).ok).toBe(true);
    expect(layer.call(ALICE, "disassemble", { id: 1 })).toMatchObject(notYours);
    expect(layer.call(BOB, "disassemble", { id: 1 }).ok).toBe(true);
    expect([countOf(layer, BOB, RED_WOOD), countOf(layer, BOB, BLUE_STONE)]).toEqual([8n, 5n]);
    expect(layer.call(BOB, "disassemble", { id: 1 })).toMatchObject(notYours);
  });

  test("is not made of nothing, of bricks one does not have, or under a number in use", () => {
    const { layer } = withSet();
    const assemble = (id: number, ...parts: { kind: number; count: number }[]) =>
      layer.call(ALICE, "assemble", { id, shape: 0n, bricks: sorts(...parts) });
    expect(assemble(2)).toMatchObject(failsWith("a set needs a brick"));
    expect(assemble(2, { kind: RED_WOOD, count: 3 })).toMatchObject(failsWith("there are not enough bricks"));
    expect(assemble(1, { kind: RED_WOOD, count: 1 })).toMatchObject(failsWith("the number is in use"));
    // A kind that is named twice is counted twice.
    const twice = [
      { kind: RED_WOOD, count: 1 },
      { kind: RED_WOOD, count: 2 },
    ];
    expect(assemble(2, ...twice)).toMatchObject(failsWith("there are not enough bricks"));
    expect(assemble(2, { kind: RED_WOOD, count: 1 }, { kind: RED_WOOD, count: 1 }).ok).toBe(true);
    expect(countOf(layer, ALICE, RED_WOOD)).toBe(0n);
  });
});

describe("messages", () => {
  test("money of another asset goes back, also when it is called a bounce", () => {
    const { sandbox, layer } = createWorld();
    expect(layer.deposit(ALICE, 3, 5n)).toMatchObject(failsWith("only ether and the quote token"));
    // A message that a layer with its own circuit could send: a bounce of a message that nobody sent.
    const { recipient, payload } = encodeCall(credit, { account: ALICE });
    const money = { asset: 3, amount: 10n ** 30n };
    const forged = {
      from: 5n,
      to: HERE,
      time: 1,
      kind: MessageKind.bounce,
      recipient: payload,
      payload: recipient,
      ...money,
    };
    expect(sandbox.forge(forged)).toMatchObject(failsWith("only ether and the quote token"));
    expect(layer.get("accounts", ALICE)).toEqual({ ether: UNIT, quote: 1000n * UNIT });
  });
});

type Action = {
  readonly name: string;
  who: bigint;
  other: bigint;
  kind: number;
  count: number;
  id: number;
  flag: boolean;
};

/** The number of bricks of one kind in all accounts and sets. */
function bricksOf(layer: Layer, kind: number, ids: readonly number[]): bigint {
  const inAccounts = [ALICE, BOB].reduce((sum, owner) => sum + countOf(layer, owner, kind), 0n);
  return ids.reduce((sum, id) => {
    const { owner, bricks } = layer.get("sets", id);
    if (owner === 0n) return sum;
    return bricks.reduce((inSet, part) => (part.kind === BigInt(kind) ? inSet + part.count : inSet), sum);
  }, inAccounts);
}

test("nothing is lost: what was bought is in accounts and sets, and what it cost is on the layer", () => {
  const action: fc.Arbitrary<Action> = fc.record({
    name: fc.constantFrom("buy", "buy", "sell", "give", "assemble", "assemble", "disassemble", "giveSet", "withdraw"),
    who: fc.constantFrom(ALICE, BOB),
    other: fc.constantFrom(ALICE, BOB),
    kind: fc.constantFrom(RED_WOOD, BLUE_STONE, WHITE_GOLD),
    count: fc.oneof(fc.nat({ max: 20 }), fc.constant(2 ** 32 - 1)),
    id: fc.nat({ max: 3 }),
    flag: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const { sandbox, layer } = createWorld();
      const minted = new Map<number, bigint>();
      for (const { name, who, other, kind, count, id, flag } of actions) {
        const mint = (sign: bigint, { ok }: { readonly ok: boolean }) => {
          if (ok) minted.set(kind, (minted.get(kind) ?? 0n) + sign * BigInt(count));
        };
        if (name === "buy") mint(1n, layer.call(who, "buy", { kind, count }));
        if (name === "sell") mint(-1n, layer.call(who, "sell", { kind, count }));
        if (name === "give") layer.call(who, "give", { to: other, kind, count });
        if (name === "assemble") {
          const parts = sorts({ kind, count }, { kind: flag ? kind : RED_WOOD, count: 2 });
          layer.call(who, "assemble", { id, shape: 0n, bricks: parts });
        }
        if (name === "disassemble") layer.call(who, "disassemble", { id });
        if (name === "giveSet") layer.call(who, "giveSet", { id, to: other });
        if (name === "withdraw")
          layer.call(who, "withdraw", { amount: BigInt(count) + 1n, isEther: flag, recipient: 1n });
        sandbox.deliver();
      }
      const worth = { ether: 0n, quote: 0n };
      for (const kind of [RED_WOOD, BLUE_STONE, WHITE_GOLD]) {
        const bricks = bricksOf(layer, kind, [0, 1, 2, 3]);
        expect(bricks).toBe(minted.get(kind) ?? 0n);
        const { price, isEther } = describeKind(kind).material;
        worth[isEther ? "ether" : "quote"] += bricks * price;
      }
      const accounts = [ALICE, BOB].map((owner) => layer.get("accounts", owner));
      expect(accounts.reduce((sum, { ether }) => sum + ether, worth.ether)).toBe(layer.vault(ETHER));
      expect(accounts.reduce((sum, { quote }) => sum + quote, worth.quote)).toBe(layer.vault(QUOTE));
    }),
    { numRuns: 100 },
  );
});

test("kinds have names", () => {
  for (let kind = 0; kind < KINDS; kind++) {
    const { material, colour } = describeKind(kind);
    expect(kindOf(material.name, colour)).toBe(kind);
  }
  expect(KINDS).toBe(MATERIALS.length * COLOURS.length);
});
