import { FrondError, poseidon2Hash } from "@frond/foundation";
import { SORTS } from "./bricks.ts";
import { COLOURS, type Colour, describeKind, kindOf, MATERIALS } from "./kinds.ts";

/** Bricks in their positions, line by line from the top; `undefined` is air. */
export type Drawing = readonly (readonly (number | undefined)[])[];

/** Bricks of one kind. */
export type Bricks = { readonly kind: number; readonly count: number };

const AIR = "..";

/**
 * Parses a drawing: lines of cells, separated by spaces. A cell is two letters, one of the material and one of the
 * colour ({@link COLOUR_LETTERS}), so `wr` is red wood. The cell `..` is air.
 * @throws {@link DrawingError} when a cell is wrong, or when the drawing has no bricks or too many kinds
 *
 * @example
 * parseDrawing(".. wr ..\
 * wr wr wr");
 */
export function parseDrawing(text: string): Drawing {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const drawing = lines.map((line) => line.trim().split(/\s+/).map(parseCell));
  if (bricksOf(drawing).length === 0) throw new DrawingError("It has no bricks.", "Draw at least one, such as `wr`.");
  return drawing;
}

/** Formats a drawing as text for {@link parseDrawing}. */
export function formatDrawing(drawing: Drawing): string {
  return drawing.map((line) => line.map((kind) => (kind === undefined ? AIR : cellOf(kind))).join(" ")).join("\n");
}

/**
 * Counts the bricks of a drawing by kind, in the form of a set.
 * @throws {@link DrawingError} when there are too many kinds for a set
 */
export function bricksOf(drawing: Drawing): readonly Bricks[] {
  const counts = new Map<number, number>();
  for (const kind of drawing.flat()) if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size > SORTS) {
    throw new DrawingError(`It has ${counts.size} kinds of bricks.`, `Draw with ${SORTS} kinds at most.`);
  }
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => a.kind - b.kind);
}

/** The shape of a drawing's set: equal bricks in equal relative positions give the same shape anywhere on the sheet. */
export function shapeOf(drawing: Drawing): bigint {
  const bricks = drawing.flatMap((line, y) => line.flatMap((kind, x) => (kind === undefined ? [] : [{ x, y, kind }])));
  const left = Math.min(...bricks.map(({ x }) => x));
  const top = Math.min(...bricks.map(({ y }) => y));
  return poseidon2Hash(
    bricks.map(({ x, y, kind }) => BigInt(x - left) + (BigInt(y - top) << 32n) + (BigInt(kind) << 64n)),
  );
}

/** The letter of each colour: the first letter of its name that no earlier colour has. */
export const COLOUR_LETTERS: Readonly<Record<Colour, string>> = lettersOf(COLOURS);

const MATERIAL_LETTERS = lettersOf(MATERIALS.map(({ name }) => name));

function lettersOf<N extends string>(names: readonly N[]): Readonly<Record<N, string>> {
  const taken = new Set<string>();
  const letters = names.map((name) => {
    const letter = [...name].find((candidate) => !taken.has(candidate))!;
    taken.add(letter);
    return [name, letter] as const;
  });
  return Object.fromEntries(letters) as Record<N, string>;
}

function parseCell(cell: string): number | undefined {
  if (cell === AIR) return undefined;
  const material = MATERIALS.find(({ name }) => MATERIAL_LETTERS[name] === cell[0]);
  const colour = COLOURS.find((name) => COLOUR_LETTERS[name] === cell[1]);
  if (cell.length === 2 && material !== undefined && colour !== undefined) return kindOf(material.name, colour);
  const letters = (of: Readonly<Record<string, string>>) =>
    Object.entries(of)
      .map(([name, letter]) => `${letter} ${name}`)
      .join(", ");
  throw new DrawingError(
    `${JSON.stringify(cell)} is no brick.`,
    `Write two letters, of the material (${letters(MATERIAL_LETTERS)}) ` +
      `and the colour (${letters(COLOUR_LETTERS)}), or .. for air.`,
  );
}

function cellOf(kind: number): string {
  const { material, colour } = describeKind(kind);
  return MATERIAL_LETTERS[material.name] + COLOUR_LETTERS[colour];
}

/** A drawing that can't be parsed or can't be built. */
export class DrawingError extends FrondError {
  constructor(problem: string, next: string) {
    super({ code: "bricks/drawing", message: `The drawing cannot be built: ${problem} ${next}`, data: { problem } });
  }
}
