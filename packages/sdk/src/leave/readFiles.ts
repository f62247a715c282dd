import type { ExitTypes } from "@frond/language/interface";
import { escapeStatementSchema, fromJson, type SignedExit, signedExitSchema } from "@frond/protocol";
import type { Hex } from "viem";
import * as z from "zod";
import { exitsSchema, exitTypesOf } from "../exitsSchema.ts";
import { EscapeFileError, type EscapeFileKind } from "./errors.ts";
import type { ProvenExit } from "./leaveLayer.ts";

/** A proof has some 15 kB, a signed exit at most 256 arguments. */
const MOST_CHARACTERS = 131_072;
/** The source of an interface is in the same file. */
const MOST_INTERFACE_CHARACTERS = 1_048_576;

const provenSchema: z.ZodType<ProvenExit> = z.strictObject({
  statement: escapeStatementSchema,
  proof: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/)
    .transform((text) => text as Hex),
});

const writtenSchema = z.object({ application: z.string().min(1).max(200), exits: exitsSchema });

/** Reads what `frond escape --signed` has proven. @throws {@link EscapeFileError} */
export function readProvenExit(text: string): ProvenExit {
  return readAs("proof", text, { most: MOST_CHARACTERS, parse: () => fromJson(provenSchema, text) });
}

/** Reads a signed exit, as `toJson` writes it. @throws {@link EscapeFileError} */
export function readSignedExit(text: string): SignedExit {
  return readAs("signed", text, { most: MOST_CHARACTERS, parse: () => fromJson(signedExitSchema, text) });
}

/**
 * Reads the exits of an application from what `frond interface --json` writes: for a layer of which no node answers.
 * @throws {@link EscapeFileError}
 */
export function readExits(text: string): { readonly name: string; readonly exits: ExitTypes } {
  return readAs("interface", text, {
    most: MOST_INTERFACE_CHARACTERS,
    parse() {
      const { application, exits } = writtenSchema.parse(JSON.parse(text));
      return { name: application, exits: exitTypesOf(exits) };
    },
  });
}

function readAs<T>(
  kind: EscapeFileKind,
  text: string,
  { most, parse }: { readonly most: number; readonly parse: () => T },
): T {
  if (text.length > most) throw new EscapeFileError(kind, `it has more than ${most} characters`);
  try {
    return parse();
  } catch (error) {
    throw new EscapeFileError(kind, "it has another form", error);
  }
}
