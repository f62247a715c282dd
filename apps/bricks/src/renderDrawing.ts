import type { Drawing } from "./drawing.ts";
import { COLOURS, describeKind, type Material } from "./kinds.ts";

/** The 256-colour number of each colour, in the order of `COLOURS`. */
const CODES = [255, 16, 160, 34, 220, 27, 90, 44, 250, 240, 208, 118, 214, 18, 199, 30];

/** The characters that represent each material. */
const TEXTURES: Readonly<Record<Material, string>> = { wood: "==", stone: "##", glass: "  ", gold: "$$" };

/** Renders a drawing as lines of text. A brick is two characters wide, in its colour. */
export function renderDrawing(drawing: Drawing): string {
  return drawing.map((line) => line.map(renderCell).join("")).join("\n");
}

function renderCell(kind: number | undefined): string {
  if (kind === undefined) return "  ";
  const { material, colour } = describeKind(kind);
  return `\u001b[48;5;${CODES[COLOURS.indexOf(colour)]}m\u001b[38;5;232m${TEXTURES[material.name]}\u001b[0m`;
}
