import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DURATIONS, type Durations, durationNames } from "@frond/contracts";
import { explainFailure } from "../applications/explainFailure.ts";
import { importModule } from "../applications/importModule.ts";
import { InputError } from "../errors.ts";
import { type CheckedLayer, checkLayer, type Source } from "./checkLayer.ts";
import { checkTree, lineageOf, parentsFirst } from "./checkTree.ts";
import { defaultNetwork } from "./defaultNetwork.ts";
import { duplicateNames } from "./duplicateNames.ts";
import { ConfigError, type Mistake } from "./errors.ts";
import { bytesOf, networkSchema } from "./schema.ts";
import { toMistakes } from "./toMistakes.ts";
import type { NetworkConfig } from "./types.ts";

const CONFIG_FILE = "frond.config.ts";
/** The same where the package is not of type "module". */
const CONFIG_FILE_OF_A_MODULE = "frond.config.mts";

const DEFAULT_EPOCH = { blocks: 64, seconds: 10 };
/** The trunk is at level 2: L1 is Ethereum. */
const TRUNK_LEVEL = 2;

/**
 * Reads the network that `frond.config.ts` describes: the file at `path`, else the one in the directory `cwd`, else the
 * built-in network. Applications are
 * loaded.
 *
 * @throws ConfigError with every mistake in it; InputError if there is no file at `path`
 */
export async function loadConfig({
  path,
  cwd = process.cwd(),
}: {
  readonly path?: string;
  readonly cwd?: string;
} = {}): Promise<NetworkConfig> {
  const name = path ?? [CONFIG_FILE, CONFIG_FILE_OF_A_MODULE].find((candidate) => existsSync(resolve(cwd, candidate)));
  const file = resolve(cwd, name ?? CONFIG_FILE);
  if (existsSync(file)) return await loadFile(file, name ?? CONFIG_FILE);
  if (path !== undefined)
    throw new InputError({
      message: `There is no file ${file}. Name the network's ${CONFIG_FILE} with --config.`,
      data: { file },
    });
  return await resolveNetwork(defaultNetwork, { name: "the built-in network", directory: cwd });
}

async function loadFile(file: string, name: string): Promise<NetworkConfig> {
  const mistakes = duplicateNames(textOf(file));
  let module: { readonly default?: unknown };
  try {
    module = await importModule(file);
  } catch (cause) {
    const { problem, write } = await explainFailure(cause, file);
    throw new ConfigError(name, [{ field: "", problem: `It can't be loaded: ${problem}`, write }], cause);
  }
  return await resolveNetwork(module.default, { name, directory: dirname(file), file }, mistakes);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new InputError({
      message: `${file} can't be read: ${(cause as Error).message}. Name the network's ${CONFIG_FILE} with --config.`,
      data: { file },
      cause,
    });
  }
}

/** Checks a network's description and completes it. @throws ConfigError with every mistake in it */
export async function resolveNetwork(
  input: unknown,
  source: Source,
  before: readonly Mistake[] = [],
): Promise<NetworkConfig> {
  const shape = networkSchema.safeParse(input);
  const mistakes = [...before, ...(shape.success ? [] : toMistakes(shape.error, input))];
  const given = layersOf(input);
  const layers: CheckedLayer[] = [];
  for (const [name, options] of given ?? []) {
    const { layer, mistakes: found } = await checkLayer(name, options, source);
    mistakes.push(...found);
    if (layer !== undefined) layers.push(layer);
  }
  // Where `layers` itself cannot be read, there is no tree to speak of.
  const isTold = ({ layer, field }: Mistake) => mistakes.some((told) => told.layer === layer && told.field === field);
  if (given !== undefined) mistakes.push(...checkTree(given.map(placeOf)).filter((mistake) => !isTold(mistake)));
  if (!shape.success || mistakes.length > 0) throw new ConfigError(source.name, mistakes);

  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const { data } = shape;
  const { epoch, proving } = data;
  return {
    layers: parentsFirst(layers).map((layer) => ({
      ...layer,
      level: lineageOf(layer.name, byName).length - 1 + TRUNK_LEVEL,
    })),
    epoch: { blocks: epoch?.blocks ?? DEFAULT_EPOCH.blocks, seconds: epoch?.seconds ?? DEFAULT_EPOCH.seconds },
    durations: Object.fromEntries(
      durationNames.map((name) => [name, data[name] ?? DURATIONS[name].default]),
    ) as Durations,
    tokens: data.tokens,
    proving: {
      workers: proving?.workers ?? 1,
      memory: proving?.memory === undefined ? undefined : bytesOf(proving.memory),
      nats: proving?.nats,
    },
    allowedOrigins: data.allowedOrigins ?? [],
    allowedHosts: data.allowedHosts ?? [],
  };
}

function layersOf(input: unknown): readonly (readonly [string, unknown])[] | undefined {
  const layers = (input as { layers?: unknown } | null | undefined)?.layers;
  return typeof layers === "object" && layers !== null && !Array.isArray(layers) ? Object.entries(layers) : undefined;
}

function placeOf([name, options]: readonly [string, unknown]) {
  const { parent, port } = (options ?? {}) as { parent?: unknown; port?: unknown };
  return {
    name,
    // A parent that is no name is another mistake, already told; it must not count as a second trunk.
    parent: parent === undefined ? undefined : String(parent),
    port: typeof port === "number" ? port : undefined,
  };
}
