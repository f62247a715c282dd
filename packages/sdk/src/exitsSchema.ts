import type { ExitTypes, Fields, Type } from "@frond/language/interface";
import { EXIT_PAYOUTS } from "@frond/protocol";
import * as z from "zod";

const bits = z.union([z.literal(8), z.literal(16), z.literal(32), z.literal(64), z.literal(128)]);

/** The type of one flattened value, as nodes tell it. */
export const scalarSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["integer", "signed"]), bits }),
  z.object({ kind: z.literal("enumeration"), members: z.array(z.string().max(64)).min(2).max(256) }),
  z.object({ kind: z.enum(["field", "bool", "address", "ethereumAddress"]) }),
]);
export const nameSchema = z.string().min(1).max(200);
export const parametersSchema = z.array(z.object({ name: nameSchema, type: scalarSchema })).max(256);

/** The exits of an application: their flattened arguments, and the asset of each payout, null if it is no constant. */
export const exitsSchema = z
  .array(
    z.object({
      name: nameSchema,
      parameters: parametersSchema,
      assets: z.array(z.int().min(1).nullable()).max(EXIT_PAYOUTS),
    }),
  )
  .max(256);

export function exitTypesOf(exits: z.output<typeof exitsSchema>): ExitTypes {
  return Object.fromEntries(
    exits.map(({ name, parameters, assets }) => [name, { args: fieldsOf(parameters), assets }]),
  );
}

export function fieldsOf(named: z.output<typeof parametersSchema>): Fields {
  return Object.fromEntries(named.map(({ name, type }) => [name, type as Type]));
}
