import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf } from "./client.ts";
import { bricksOf, COLOUR_LETTERS, type Drawing, formatDrawing, parseDrawing, shapeOf } from "./drawing.ts";
import { COLOURS, kindOf } from "./kinds.ts";
import { renderDrawing } from "./renderDrawing.ts";

const HOUSE = `
.. wr ..
wr wr wr
sw gb sw
`;

test("a drawing is read, counted and priced", () => {
  const bricks = bricksOf(parseDrawing(HOUSE));
  expect(bricks).toEqual([
    { kind: kindOf("wood", "red"), count: 4 },
    { kind: kindOf("stone", "white"), count: 2 },
    { kind: kindOf("glass", "black"), count: 1 },
  ]);
  expect(costOf(bricks)).toEqual({ ether: 0n, quote: 13n * 10n ** 17n });
  expect(renderDrawing(parseDrawing(HOUSE)).split("\n")).toHaveLength(3);
});

test("colours have different letters", () => {
  expect(new Set(Object.values(COLOUR_LETTERS)).size).toBe(COLOURS.length);
});

const kinds = fc.constantFrom(0, 5, 17, 63);
const drawing: fc.Arbitrary<Drawing> = fc
  .array(fc.array(fc.option(kinds, { nil: undefined }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 })
  .filter((lines) => lines.flat().some((kind) => kind !== undefined));

test("a drawing is written as it is read", () => {
  fc.assert(fc.property(drawing, (one) => void expect(parseDrawing(formatDrawing(one))).toEqual(one)));
});

test("a shape is the same anywhere on the sheet, and another if a brick is elsewhere or of another kind", () => {
  fc.assert(
    fc.property(drawing, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (one, right, down) => {
      const moved = [
        ...new Array(down).fill([undefined]),
        ...one.map((line) => [...new Array(right).fill(undefined), ...line]),
      ];
      expect(shapeOf(moved)).toBe(shapeOf(one));
      expect(shapeOf([...one, [0]])).not.toBe(shapeOf(one));
      expect(shapeOf(one.map((line) => line.map((kind) => (kind === undefined ? kind : (kind + 1) % 64))))).not.toBe(
        shapeOf(one),
      );
    }),
  );
});

test("what cannot be built says why", () => {
  expect(() => parseDrawing(".. ..")).toThrowErrorMatchingInlineSnapshot(
    `[DrawingError: The drawing cannot be built: It has no bricks. Draw at least one, such as \`wr\`.]`,
  );
  expect(() => parseDrawing("wr xx")).toThrowErrorMatchingInlineSnapshot(
    `[DrawingError: The drawing cannot be built: "xx" is no brick. Write two letters, of the material (w wood, s stone, g glass, o gold) and the colour (w white, b black, r red, g green, y yellow, l blue, p purple, c cyan, s silver, a gray, o orange, i lime, m amber, n navy, e magenta, t teal), or .. for air.]`,
  );
  expect(() => parseDrawing("wr wg wb ww wy")).toThrowErrorMatchingInlineSnapshot(
    `[DrawingError: The drawing cannot be built: It has 5 kinds of bricks. Draw with 4 kinds at most.]`,
  );
});
