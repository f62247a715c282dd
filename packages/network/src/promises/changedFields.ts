import type { Field } from "@frond/foundation";
import { LAYER_CONFIG, type LayerConfig, toElements } from "@frond/protocol";

/** The names of a config's fields, one for each word of the config. */
const FIELD_OF_WORD = Object.entries(LAYER_CONFIG).flatMap(([name, { type }]) =>
  type === "point" ? [name, name] : [name],
);

/** Which fields of a config other words would change, by their names in docs/protocol-tables.md. */
export function changedFields(config: LayerConfig, words: readonly Field[]): string[] {
  const present = toElements(LAYER_CONFIG, config);
  return [...new Set(FIELD_OF_WORD.filter((_, i) => words[i] !== present[i]))];
}
