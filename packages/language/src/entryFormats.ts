import { FrondError } from "@frond/foundation";
import { type DataMode, type DataRules, type EntryFormat, valueClassOf } from "@frond/protocol";
import type { MapDefinition, Program } from "./ir.ts";
import { scalarBits } from "./scalarBits.ts";

/** The formats in which the entries of the maps are written as data (docs/protocol.md 9), each once. */
export function entryFormats(maps: readonly MapDefinition[], entryWidth: number): EntryFormat[] {
  const formats = new Map<string, EntryFormat>();
  for (const map of maps) {
    const format = formatOfMap(map, entryWidth);
    formats.set(format.join(), format);
  }
  return [...formats.values()];
}

/** The class of each value of a map's entries. Values behind those of the map are always zero. */
export function formatOfMap({ fields, committee, held }: MapDefinition, entryWidth: number): EntryFormat {
  const classes = fields.map(({ type }) => valueClassOf(scalarBits(type)));
  return Array.from({ length: entryWidth }, (_, i) => {
    const flag = i === entryWidth - 1 ? committee : i === entryWidth - 2 ? held : undefined;
    return flag === undefined ? (classes[i] ?? valueClassOf(0)) : valueClassOf(1);
  });
}

/**
 * Where the data of a layer's blocks goes, and in which formats; as the program says, unless the deployment does.
 * @throws DataModeError if the program can't be deployed so
 */
export function dataRulesOf(
  program: Pick<Program, "name" | "data" | "formats" | "maps">,
  mode = program.data,
): DataRules {
  const { name, data, formats, maps } = program;
  if (mode === "volition" && data !== "volition") throw new DataModeError(name, data);
  const hasHeld = mode === "volition" && maps.some(({ held }) => held !== undefined);
  return { mode, formats, ...(hasHeld && { hasHeld }) };
}

export class DataModeError extends FrondError {
  constructor(application: string, data: DataMode) {
    super({
      code: "language/data-mode",
      data: { application, data },
      message:
        `The application ${application} can't be deployed as a volition: its data is "${data}", and no entry says ` +
        'whether its values are published. Deploy it as a rollup or a validium, or define it with `data: "volition"`.',
    });
  }
}
