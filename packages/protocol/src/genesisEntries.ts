import * as z from "zod";
import { fieldSchema } from "./codec.ts";
import type { GenesisEntry } from "./indexedTree.ts";

/** The entries that a layer begins with, in their order. */
export const genesisEntriesSchema: z.ZodType<readonly GenesisEntry[]> = z.array(
  z.strictObject({ key: fieldSchema, values: z.array(fieldSchema).min(1) }),
);
