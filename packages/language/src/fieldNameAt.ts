import type { MapDefinition } from "./ir.ts";

/** The name of the value at a position of a map's entries. */
export function fieldNameAt({ fields, committee }: MapDefinition, position: number): string | undefined {
  return fields[position]?.name ?? committee;
}
