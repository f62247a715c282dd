import { address, array, bool, struct, u8, u128 } from "@frond/language";
import { expect, it } from "vitest";
import { parseAmount, parseValue } from "./parseValue.ts";

const Point = struct({ x: u8, y: u8 });

it.each([
  ["12", u8, 12n],
  ["1_000", u128, 1_000n],
  ["0.5ether", u128, 5n * 10n ** 17n],
  ["true", bool, true],
  ["0xff", address, 255n],
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
  expect(parseValue(type, text, "it")).toEqual(value);
});

it.each([
  ["five", u8, 'it is "five". Give a whole number of 8 bits, or an amount such as 0.5ether.'],
  ["yes", bool, 'it is "yes". Give true or false.'],
  ["0xfg", address, 'it is "0xfg". Give 0x hex or a whole number.'],
  ["12", Point, 'it is "12". Give an object with x, y as JSON.'],
  ["{", Point, 'it is "{". Give an object with x, y as JSON.'],
  ["[1,2]", Point, 'it is "[1,2]". Give an object with x, y as JSON.'],
  ['{"x":1}', Point, "it.y is missing. Give an object with x, y as JSON."],
  ['{"x":1,"y":2,"z":3}', Point, "it has no z. Give an object with x, y as JSON."],
  ['{"x":1,"y":-2}', Point, 'it.y is "-2". Give a whole number of 8 bits, or an amount such as 0.5ether.'],
  ["[true]", array(bool, 2), "it.1 is missing. Give a list of 2 as JSON."],
  ["[true,true,true]", array(bool, 2), "it has no 2. Give a list of 2 as JSON."],
])("refuses %s", (text, type, message) => {
  expect(() => parseValue(type, text, "it")).toThrow(message);
});

it("reads amounts", () => {
  expect(parseAmount("1_0.25ether")).toBe(1_025n * 10n ** 16n);
  expect(parseAmount("-1")).toBeUndefined();
  expect(parseAmount("0.5")).toBeUndefined();
});
