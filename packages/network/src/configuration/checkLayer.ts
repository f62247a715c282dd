import { join } from "node:path";
import { allSizes, DefinitionError, defaultSizes, EncodingError, genesisEntries } from "@frond/language";
import { requireRoom } from "@frond/language/loading";
import { type BlockSize, NAME_PATTERN } from "@frond/protocol";
import type { AnyApplication } from "../applications/anyApplication.ts";
import {
  ApplicationNotFoundError,
  bundledNameOf,
  checkInlineApplication,
  type FoundApplication,
  findApplication,
  isApplication,
} from "../applications/findApplication.ts";
import { checkData } from "./checkData.ts";
import type { Mistake } from "./errors.ts";
import { layerSchema } from "./schema.ts";
import { shown, suggestion, toMistakes } from "./toMistakes.ts";
import type { LayerDefinition } from "./types.ts";

/**
 * Where a network's description stands: paths in it are relative to `directory`, and its own module is `file` if it is
 * one.
 */
export type Source = { readonly name: string; readonly directory: string; readonly file?: string };

/** A layer without its place in the tree. */
export type CheckedLayer = Omit<LayerDefinition, "level">;

const DEFAULT_BLOCK_MILLISECONDS = 1_000;
const DEFAULT_MESSAGE_DELAY_MILLISECONDS = 100;

/**
 * Reads one layer: its fields by the schema, its application by loading it, and what the two must agree on. All
 * mistakes are found, not the first alone.
 */
export async function checkLayer(
  name: string,
  input: unknown,
  source: Source,
): Promise<{ readonly layer?: CheckedLayer; readonly mistakes: readonly Mistake[] }> {
  const shape = layerSchema.safeParse(input);
  const mistakes = [...nameMistakes(name), ...(shape.success ? [] : toMistakes(shape.error, input, name))];
  const given = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  const found = await findGiven(given.application, name, source);
  if (found !== undefined && "problem" in found) {
    mistakes.push({ layer: name, field: "application", problem: found.problem, write: found.write });
  } else if (found !== undefined) {
    mistakes.push(...feeMistakes(name, given.feeRule, found.application));
    mistakes.push(...genesisMistakes(name, found.application));
    mistakes.push(
      ...everyMistakes(name, (given.every as { method?: unknown } | null | undefined)?.method, found.application),
    );
  }
  if (!shape.success || found === undefined || "problem" in found || mistakes.length > 0) return { mistakes };
  const { data } = shape;
  const placed = checkData(name, data, found.application);
  if (placed.mistakes.length > 0) return { mistakes: placed.mistakes };
  const declared = data.sizes ?? found.sizes ?? defaultSizes(found.application.program);
  const lacking = roomMistakes(name, declared, found.application);
  if (lacking.length > 0) return { mistakes: lacking };
  return {
    mistakes,
    layer: {
      name,
      applicationRef: found.ref,
      application: found.application,
      parent: data.parent,
      sizes: allSizes(found.application.program, declared),
      blockMilliseconds: data.blockMilliseconds ?? DEFAULT_BLOCK_MILLISECONDS,
      messageDelayMilliseconds: data.messageDelayMilliseconds ?? DEFAULT_MESSAGE_DELAY_MILLISECONDS,
      every: data.every,
      feeRule: data.feeRule ?? { kind: "free" },
      limits: data.limits ?? {},
      data: placed.data,
      committee: placed.committee,
      owner: data.owner,
      port: data.port,
    },
  };
}

/** Whether the application takes the fees that a sequencer sets. */
function chargesFees({ program }: AnyApplication): boolean {
  return program.hasFee;
}

function nameMistakes(name: string): Mistake[] {
  if (NAME_PATTERN.test(name)) return [];
  return [
    {
      field: `layers.${name}`,
      problem: `${shown(name)} is no name of a layer.`,
      write: "Write lower-case letters, digits and dashes, a letter first, at most 31 of them.",
    },
  ];
}

/** The application that was named or given; why there is none; or undefined if the schema says so already. */
async function findGiven(
  given: unknown,
  layer: string,
  { directory, file }: Source,
): Promise<FoundApplication | { readonly problem: string; readonly write: string } | undefined> {
  if (typeof given === "string" && given !== "") return await orMistake(findApplication(given, directory));
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  if (!isApplication(given)) {
    return { problem: "It is an object, but no application.", write: "Write what `application({ .. })` returns." };
  }
  const bundled = await bundledNameOf(given);
  if (bundled !== undefined) return await findApplication(bundled);
  if (file === undefined) {
    return {
      problem: "Other threads and processes can't find an application that is no module's.",
      write: `Write the path of the module that exports it, such as ${JSON.stringify(`./${given.name}.ts`)}.`,
    };
  }
  return await orMistake(checkInlineApplication(given, { file: join(file), layer }));
}

async function orMistake(found: Promise<FoundApplication>): Promise<FoundApplication | ApplicationNotFoundError> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ApplicationNotFoundError) return error;
    throw error;
  }
}

function everyMistakes(layer: string, method: unknown, { name, program }: AnyApplication): Mistake[] {
  if (typeof method !== "string" || method === "") return [];
  const callable = program.methods.filter(({ parameters }) => parameters.length === 0).map((known) => known.name);
  if (callable.includes(method)) return [];
  const exists = program.methods.some((known) => known.name === method);
  return [
    {
      layer,
      field: "every.method",
      problem: exists
        ? `The method ${method} of ${name} takes arguments.`
        : `The application ${name} has no method ${JSON.stringify(method)}.`,
      write:
        callable.length === 0
          ? "Leave out `every`: each method of the application takes arguments."
          : suggestion(method, callable),
    },
  ];
}

/** A method or a handler that no block of the layer has room for. */
function roomMistakes(layer: string, sizes: readonly BlockSize[], { program }: AnyApplication): Mistake[] {
  try {
    requireRoom(program, sizes);
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const { problem, instead } = error.data as { readonly problem: string; readonly instead: string };
    return [{ layer, field: "sizes", problem, write: instead }];
  }
}

/** Entries to begin with that the state does not have, or that have other types. */
function genesisMistakes(layer: string, application: AnyApplication): Mistake[] {
  try {
    genesisEntries(application);
    return [];
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return [{ layer, field: "application", problem: error.message, write: "Correct `genesis` of the application." }];
  }
}

function feeMistakes(layer: string, rule: unknown, application: AnyApplication): Mistake[] {
  const kind = (rule as { kind?: unknown } | null | undefined)?.kind;
  if ((kind !== "fixed" && kind !== "eip1559") || chargesFees(application)) return [];
  return [
    {
      layer,
      field: "feeRule",
      problem: `It charges, but the application ${application.name} takes no fees.`,
      write:
        'Write { kind: "free" }, or give the application a `fee` procedure: application({ fee({ state, sender, fee, feeRecipient }) { .. }, .. }).',
    },
  ];
}
