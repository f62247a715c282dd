import { beforeEach, describe, expect, it } from "vitest";
import { createRoom, type Room, type Seat } from "./room.ts";

let room: Room;
let ended: string[];
let counts: Map<string, number>;
beforeEach(() => {
  room = createRoom({ most: 6, mostReserved: 2 });
  ended = [];
  counts = new Map();
});

/** Lets a connection of an address in; the name of each is the address and its number. */
function enter(address: string, { isIdle = true, isReserved = false } = {}): boolean {
  const number = counts.get(address) ?? 0;
  counts.set(address, number + 1);
  const seat: Seat = { address, isReserved, isIdle: () => isIdle, end: () => ended.push(`${address}${number}`) };
  return room.enter(seat);
}
function fill(addresses: string, options?: { isIdle: boolean }) {
  for (const address of addresses) expect(enter(address, options)).toBe(true);
}

describe("when all places are taken", () => {
  it("the oldest idle connection of the address with the most gives way", () => {
    fill("abbbcc");
    expect([enter("d"), ended]).toEqual([true, ["b0"]]);
    expect([enter("e"), ended]).toEqual([true, ["b0", "b1"]]);
  });

  it("an address with the most makes room for itself by itself only", () => {
    fill("abbbcc");
    expect([enter("b"), ended]).toEqual([true, ["b0"]]);
  });

  it("busy ones give way too, of an address that has more than the newcomer", () => {
    fill("aaabbb", { isIdle: false });
    expect([enter("c"), ended]).toEqual([true, ["a0"]]);
    expect([enter("c", { isIdle: false }), ended]).toEqual([true, ["a0", "c0"]]);
  });

  it("no busy one gives way to who has as many", () => {
    fill("abcdef", { isIdle: false });
    expect([enter("g"), ended]).toEqual([false, []]);
    expect([enter("a"), ended]).toEqual([false, []]);
  });

  it("this machine has places of its own, and takes none of others", () => {
    fill("aaabbb");
    expect(enter("local", { isReserved: true })).toBe(true);
    expect(enter("local", { isReserved: true })).toBe(true);
    expect(enter("local", { isReserved: true })).toBe(false);
    expect(ended).toEqual([]);
  });
});

it("a place is free again when its connection has ended", () => {
  const seat: Seat = { address: "a", isReserved: false, isIdle: () => false, end: () => ended.push("it") };
  room.enter(seat);
  fill("bcdef", { isIdle: false });
  room.leave(seat);
  expect([enter("g"), ended]).toEqual([true, []]);
});
