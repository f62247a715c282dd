import { z } from "zod";

const abiType: z.ZodType = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("field") }),
    z.object({ kind: z.literal("boolean") }),
    z.object({ kind: z.literal("string"), length: z.int().nonnegative() }),
    z.object({ kind: z.literal("integer"), sign: z.enum(["signed", "unsigned"]), width: z.int().min(1).max(256) }),
    z.object({ kind: z.literal("array"), length: z.int().nonnegative(), type: abiType }),
    z.object({ kind: z.literal("tuple"), fields: z.array(abiType) }),
    z.object({
      kind: z.literal("struct"),
      path: z.string(),
      fields: z.array(z.object({ name: z.string(), type: abiType })),
    }),
  ]),
);
const visibility = z.enum(["public", "private", "databus"]);

/** The ABI of a circuit as Noir writes it. What names its errors is only shown to people, and not looked into. */
export const abiSchema = z.object({
  parameters: z.array(z.object({ name: z.string(), type: abiType, visibility })),
  return_type: z.object({ abi_type: abiType, visibility }).nullable(),
  error_types: z.record(z.string(), z.unknown()),
});

/** Whether a parsed JSON value has at most so many levels: to be asked before recursive code of anybody's sees it. */
export function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return true;
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1));
}
