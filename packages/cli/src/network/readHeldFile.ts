import { readFileSync } from "node:fs";
import type { Field } from "@frond/foundation";
import { fieldSchema } from "@frond/protocol";
import * as z from "zod";
import { UsageError } from "../errors.ts";

const entrySchema = z.looseObject({ values: z.array(fieldSchema) });

/**
 * The values in a file of what a client has stored of its account, one entry or a list of them, as `toJson` writes it.
 * Which entry they are of, and whether they are the last ones, says their hash. @throws UsageError
 */
export function readHeldFile(path: string): readonly (readonly Field[])[] {
  try {
    const entries = z.union([entrySchema.array(), entrySchema]).parse(JSON.parse(readFileSync(path, "utf8")));
    return [entries].flat().map(({ values }) => values);
  } catch {
    throw new UsageError(
      `${path} is no file of entries that their owner holds. Name one with what \`client.keepHolding\` stored: ` +
        '{ "values": ["0x..", ..] }, or a list of such.',
      { path },
    );
  }
}
