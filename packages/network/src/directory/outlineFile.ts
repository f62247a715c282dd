import { join } from "node:path";
import type { Outline } from "@frond/language/loading";
import * as z from "zod";
import { DamagedFileError } from "../errors.ts";
import { layerDirectory } from "./layerFile.ts";
import { readJsonFile, writeJsonFile } from "./networkFile.ts";

/** The name of the file in a layer's directory. */
export const OUTLINE_FILE = "application.json";

const outlineFileSchema = z.strictObject({
  version: z.literal(1),
  hasFee: z.boolean(),
  data: z.enum(["rollup", "validium", "volition"]),
  state: z.array(z.strictObject({ name: z.string(), layout: z.string() })),
  procedures: z.array(
    z.strictObject({
      title: z.string(),
      parameters: z.string(),
      messages: z.string(),
      steps: z.array(z.string()),
    }),
  ),
});

/**
 * The outline of the application that a layer was made with: it tells later what a changed application changes.
 * Undefined for a layer that was made before layers had one.
 * @throws DamagedFileError
 */
export function readOutlineFile(dataDirectory: string, layer: string): Outline | undefined {
  const path = join(layerDirectory(dataDirectory, layer), OUTLINE_FILE);
  const value = readJsonFile(path);
  if (value === undefined) return undefined;
  const { data, error } = outlineFileSchema.safeParse(value);
  if (data === undefined) throw new DamagedFileError(path, error.issues[0]?.message ?? "malformed");
  return data;
}

export function writeOutlineFile(dataDirectory: string, layer: string, outline: Outline): void {
  const value: z.input<typeof outlineFileSchema> = { version: 1, ...structuredClone(outline) } as never;
  writeJsonFile(join(layerDirectory(dataDirectory, layer), OUTLINE_FILE), value);
}
