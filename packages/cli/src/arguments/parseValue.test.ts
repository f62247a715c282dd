import {
  address,
  array,
  bool,
  enumeration,
  ethereumAddress,
  field,
  i8,
  i64,
  i128,
  struct,
  u8,
  u128,
} from "@frond/language";
import { describe, expect, it } from "vitest";
import { amountOf } from "./assets.ts";
import type { Names } from "./names.ts";
import { readAmount } from "./parseAmount.ts";
import { parseValue } from "./parseValue.ts";

/** With the checksum of EIP-55. */
const CHECKED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

const PHASE = enumeration("open", "closed");

const Point = struct({ x: u8, y: u8 });

it.each([
  ["12", u8, 12n],
  ["1_000", u128, 1_000n],
  ["0.5ether", u128, 5n * 10n ** 17n],
  ["true", bool, true],
  ["12", i8, 12n],
  ["-128", i8, -128n],
  ["-0.5ether", i128, -5n * 10n ** 17n],
  ["closed", PHASE, "closed"],
  ['{"phase":"open","delta":-3}', struct({ phase: PHASE, delta: i64 }), { phase: "open", delta: -3n }],
  ["0xff", address, 255n],
  [`0x${"ab".repeat(20)}`, ethereumAddress, BigInt(`0x${"ab".repeat(20)}`)],
  [`0x${"AB".repeat(20)}`, ethereumAddress, BigInt(`0x${"ab".repeat(20)}`)],
  [CHECKED, ethereumAddress, BigInt(CHECKED)],
  ['{"x":1,"y":"2"}', Point, { x: 1n, y: 2n }],
  ["[true,false]", array(bool, 2), [true, false]],
  [
    '[{"x":1,"y":2},{"x":"0x3" ,"y":4}]',
    array(struct({ x: address, y: u8 }), 2),
    [
      { x: 1n, y: 2n },
      { x: 3n, y: 4n },
    ],
  ],
])("reads %s", (text, type, value) => {
  expect(parseValue(type, text, { name: "it" })).toEqual(value);
});

it.each([
  ["0x12", ethereumAddress, 'it is "0x12". Give an address on L1, 0x and 40 hex digits.'],
  ["18", ethereumAddress, 'it is "18". Give an address on L1, 0x and 40 hex digits.'],
  [CHECKED.slice(0, -1), ethereumAddress, "Give an address on L1, 0x and 40 hex digits."],
  [`${CHECKED}0`, ethereumAddress, "Give an address on L1, 0x and 40 hex digits."],
  [CHECKED.replace("5a", "5b"), ethereumAddress, "is mistyped: its capitals are not those of the address."],
  [CHECKED, address, "which is an address on L1. Give an account's address on the layers"],
  ["five", u8, 'it is "five". Give a whole number of 8 bits, or an amount such as 0.5ether.'],
  ["yes", bool, 'it is "yes". Give true or false.'],
  ["0xfg", address, 'it is "0xfg". Give 0x hex or a whole number.'],
  ["12", Point, 'it is "12". Give an object with x, y as JSON.'],
  ["{", Point, 'it is "{". Give an object with x, y as JSON.'],
  ["[1,2]", Point, 'it is "[1,2]". Give an object with x, y as JSON.'],
  ['{"x":1}', Point, "it.y is missing. Give an object with x, y as JSON."],
  ['{"x":1,"y":2,"z":3}', Point, "it has no z. Give an object with x, y as JSON."],
  ["300", u8, 'it is "300", which has more than 8 bits. Give a whole number of 8 bits'],
  ["-1", u8, 'it is "-1", which is negative. Give a whole number'],
  ["-129", i8, 'it is "-129", which has more than 8 bits. Give a whole number of 8 bits with its sign, such as -12'],
  ["128", i8, 'it is "128", which has more than 8 bits.'],
  ["--1", i8, 'it is "--1", which is negative. Give a whole number of 8 bits with its sign'],
  ["close", PHASE, 'it is "close". Did you mean closed? Give one of open, closed.'],
  ["1", PHASE, 'it is "1". Give one of open, closed.'],
  ["-1", address, 'it is "-1", which is negative. Give 0x hex or a whole number.'],
  ['{"x":1.5,"y":2}', Point, "In it, the number of x is no whole number below 2^53"],
  ["[12345678901234567890]", array(u128, 1), "In it, the number of 0 is no whole number below 2^53; write it as text"],
  [
    '{"x":1,"y":-2}',
    Point,
    'it.y is "-2", which is negative. Give a whole number of 8 bits, or an amount such as 0.5ether.',
  ],
  ["[true]", array(bool, 2), "it.1 is missing. Give a list of 2 as JSON."],
  ["[true,true,true]", array(bool, 2), "it has no 2. Give a list of 2 as JSON."],
])("refuses %s", (text, type, message) => {
  expect(() => parseValue(type, text, { name: "it" })).toThrow(message);
});

describe("an amount", () => {
  const wei = `0.${"0".repeat(17)}1ether`;
  it.each([
    ["12", 12n],
    ["1_0.25ether", 1_025n * 10n ** 16n],
    [wei, 1n],
    [`1.${"0".repeat(30)}ether`, 10n ** 18n],
  ])("is exact: %s", (text, amount) => {
    expect(readAmount(text)).toEqual({ amount });
    expect(amountOf(text)).toBe(amount);
  });

  it.each([
    [`0.${"0".repeat(18)}9ether`, "has 19 decimals, and ether has 18"],
    ["0.999999999999999999999999999ether", "has 27 decimals, and ether has 18"],
    ["-1", "is negative"],
    ["-0.5ether", "is negative"],
    ["\u22125", "is negative"],
    ["0.5", "is no amount"],
    ["1e18", "is no amount"],
    ["1__0", "is no amount"],
    ["_ether", "is no amount"],
    [".5ether", "is no amount"],
    ["+1", "is no amount"],
    ["1 ether", "is no amount"],
  ])("is refused: %s", (text, problem) => {
    expect(readAmount(text)).toEqual({ problem });
    expect(() => amountOf(text)).toThrow(`The amount ${JSON.stringify(text)} ${problem}. Give a whole number above 0`);
  });

  it.each([
    ["0", "is zero"],
    ["0ether", "is zero"],
    [String(2n ** 128n), "has more than 128 bits"],
  ])("of money is not %s", (text, problem) => {
    expect(() => amountOf(text)).toThrow(`The amount "${text}" ${problem}.`);
  });
});

describe("a name", () => {
  const names: Names = {
    accounts: ["alice", "bob"],
    addresses: new Map([["alice", { onLayers: 7n, onLayerOne: "0x00000000000000000000000000000000000000aa" }]]),
    layerIds: new Map([["desk", 9n]]),
  };

  it("of an account stands for its address: on L1 where L1 pays, else on layers", () => {
    expect(parseValue(address, "alice", { name: "to", names })).toBe(7n);
    expect(parseValue(ethereumAddress, "alice", { name: "recipient", names })).toBe(0xaan);
    const Note = struct({ from: address });
    expect(parseValue(Note, '{"from":"alice"}', { name: "note", names })).toEqual({ from: 7n });
  });

  it("of a layer stands for its id", () => {
    expect(parseValue(field, "desk", { name: "exchange", names })).toBe(9n);
  });

  it("that is unknown is refused with those that are known", () => {
    expect(() => parseValue(address, "carol", { name: "to", names })).toThrow(
      'to is "carol". Give 0x hex or a whole number, or the name of an account: alice, bob.',
    );
    expect(() => parseValue(field, "dusk", { name: "exchange", names })).toThrow(
      'exchange is "dusk". Give 0x hex or a whole number, or the name of a layer: desk.',
    );
  });
});
