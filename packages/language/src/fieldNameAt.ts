import type { Program } from "./ir.ts";

/** The name of the value at a position of a map's entries. */
export function fieldNameAt(
  { maps, entryWidth }: Pick<Program, "maps" | "entryWidth">,
  map: number,
  position: number,
): string | undefined {
  const { fields, committee, held } = maps[map]!;
  return fields[position]?.name ?? (position === entryWidth - 2 ? (held ?? committee) : committee);
}
