import { constants, existsSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { nearest } from "@frond/language";
import { requireInstrumented, requireSameProgram } from "@frond/language/loading";
import { type BlockSize, blockSizesSchema } from "@frond/protocol";
import { InputError } from "../errors.ts";
import type { AnyApplication } from "./anyApplication.ts";
import { explainFailure, type Failure, toMessage } from "./explainFailure.ts";
import { importAgain, importModule, type Module } from "./importModule.ts";

/** The applications that come with Frond: the module of each exports one of its name. */
const BUNDLED: Readonly<Record<string, () => Promise<Module>>> = {
  exchange: () => import("@frond/exchange"),
  orbits: () => import("@frond/orbits"),
  bricks: () => import("@frond/bricks"),
  desk: () => import("@frond/desk"),
  auction: () => import("@frond/auction"),
};

/** Their names. */
export const BUNDLED_APPLICATIONS: readonly string[] = Object.keys(BUNDLED);

export type FoundApplication = {
  readonly application: AnyApplication;
  /** How to find it again from any directory. */
  readonly ref: string;
  /** The block sizes that its definition declares, or else that its module exports as `sizes`, if either does. */
  readonly sizes: readonly BlockSize[] | undefined;
};

/**
 * Finds an application by its bundled name (`exchange`), or by the path of a module that exports one, relative to
 * `directory`. A module that exports several needs `#` and the name of the export; after the path of a
 * `frond.config.ts` stands the name of a layer.
 *
 * @throws ApplicationNotFoundError
 */
export async function findApplication(reference: string, directory: string = process.cwd()): Promise<FoundApplication> {
  const bundled = findBundled(reference);
  if (bundled !== undefined) return await bundled;
  const { path, name } = splitReference(reference);
  if (!/\.[cm]?[jt]sx?$/.test(path)) throw unknownApplication(reference);
  const file = isAbsolute(path) ? path : resolve(directory, path);
  const module = await loadModule(file);
  const choose = (from: Module) =>
    name === undefined ? onlyApplication(reference, from) : namedApplication(name, from, path);
  const application = choose(module);
  await requireSameAgain(application, async () => choose(await importAgain(file, { isOtherMoment: true })), file);
  const ref = name === undefined ? file : `${file}#${name}`;
  return { application, ref, sizes: application.sizes ?? sizesOf(module, path) };
}

/** The application of a reference; see {@link findApplication}. */
export async function loadApplication(reference: string, directory?: string): Promise<AnyApplication> {
  return (await findApplication(reference, directory)).application;
}

/**
 * An application that stands in the configuration at `file`, as that of `layer`; others find it there by its reference.
 * @throws ApplicationNotFoundError
 */
export async function checkInlineApplication(
  application: AnyApplication,
  { file, layer }: { readonly file: string; readonly layer: string },
): Promise<FoundApplication> {
  // A configuration may well read the environment, for addresses and ports.
  const load = async () => namedApplication(layer, await importAgain(file, { isOtherMoment: false }), file);
  await requireSameAgain(application, load, file);
  return { application, ref: `${file}#${layer}`, sizes: application.sizes };
}

/** The bundled name of an application object, if it is the one that comes with Frond. */
export async function bundledNameOf(application: AnyApplication): Promise<string | undefined> {
  const { name } = application;
  const found = await findBundled(name)?.catch(() => undefined);
  return found?.application === application ? name : undefined;
}

export function isApplication(value: unknown): value is AnyApplication {
  return typeof value === "object" && value !== null && "program" in value && "methods" in value && "state" in value;
}

/** The application that comes with Frond under a name, if one does. */
function findBundled(name: string): Promise<FoundApplication> | undefined {
  if (!Object.hasOwn(BUNDLED, name)) return undefined;
  return loadBundled(name, BUNDLED[name]!);
}

async function loadBundled(name: string, load: () => Promise<Module>): Promise<FoundApplication> {
  try {
    const module = await load();
    const application = module[name] as AnyApplication;
    return { application, ref: name, sizes: application.sizes ?? sizesOf(module, name) };
  } catch (cause) {
    const write = "Install Frond again, or use another application.";
    throw new ApplicationNotFoundError({ problem: `${name} can't be loaded: ${messageOf(cause)}\n`, write }, cause);
  }
}

async function loadModule(file: string): Promise<Module> {
  if (!existsSync(file)) {
    throw new ApplicationNotFoundError({
      problem: `There is no file ${file}.`,
      write: "Write the path of a module that exports an application, from the directory of this file.",
    });
  }
  try {
    await access(file, constants.R_OK);
    if (!statSync(file).isFile()) throw new Error("it is no file");
  } catch (cause) {
    const problem = `${file} can't be read: ${messageOf(cause)}.`;
    throw new ApplicationNotFoundError(
      { problem, write: "Write the path of a module that this user may read." },
      cause,
    );
  }
  try {
    return await importModule(file);
  } catch (cause) {
    throw new ApplicationNotFoundError(await explainFailure(cause, file), cause);
  }
}

/** Checks that an application of fresh modules is the same. Nothing of its modules may depend on the moment. */
async function requireSameAgain(
  application: AnyApplication,
  load: () => Promise<AnyApplication>,
  file: string,
): Promise<void> {
  try {
    requireInstrumented(application);
    requireSameProgram(application.program, (await load()).program);
  } catch (cause) {
    if (cause instanceof ApplicationNotFoundError) throw cause;
    throw new ApplicationNotFoundError(await explainFailure(cause, file), cause);
  }
}

function onlyApplication(reference: string, module: Module): AnyApplication {
  const exported = Object.entries(module).filter(([, value]) => isApplication(value));
  const distinct = new Set(exported.map(([, value]) => value));
  if (distinct.size === 1) return [...distinct][0] as AnyApplication;
  const names = exported.map(([name]) => name);
  throw new ApplicationNotFoundError(
    names.length === 0
      ? {
          problem: `${reference} exports no application.`,
          write: "Export what `application({ .. })` returns.",
        }
      : {
          problem: `${reference} exports several applications: ${names.join(", ")}.`,
          write: `Say which: "${reference}#${names[0]}".`,
        },
  );
}

function namedApplication(name: string, module: Module, path: string): AnyApplication {
  const network = module.default as { layers?: Record<string, { application?: unknown } | undefined> } | undefined;
  const found = module[name] ?? network?.layers?.[name]?.application;
  if (isApplication(found)) return found;
  const names = Object.entries(module)
    .filter(([, value]) => isApplication(value))
    .map(([exported]) => exported);
  throw new ApplicationNotFoundError({
    problem: `${path} exports no application called ${name}.`,
    write: names.length === 0 ? "Export what `application({ .. })` returns." : `Write one of ${names.join(", ")}.`,
  });
}

/** What a module exports as `sizes` may be anything; only a list is meant as block sizes. */
function sizesOf(module: Module, path: string): readonly BlockSize[] | undefined {
  if (!Array.isArray(module.sizes)) return undefined;
  const { data, error } = blockSizesSchema.safeParse(module.sizes);
  if (data !== undefined) return data;
  const { path: place, message } = error.issues[0]!;
  throw new ApplicationNotFoundError({
    problem: `${path} exports block sizes that are none: \`${["sizes", ...place].join(".")}\` is wrong.`,
    write: message,
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Directories may have a `#` in their names: the name of an export has no slash. */
function splitReference(reference: string): { path: string; name?: string } {
  const at = reference.lastIndexOf("#");
  return at < 1 || reference.indexOf("/", at) > 0
    ? { path: reference }
    : { path: reference.slice(0, at), name: reference.slice(at + 1) };
}

function unknownApplication(reference: string): ApplicationNotFoundError {
  const near = nearest(reference, BUNDLED_APPLICATIONS);
  return new ApplicationNotFoundError({
    problem: `There is no application ${reference}.`,
    write: `${near === undefined ? "" : `Did you mean "${near}"? `}Use ${BUNDLED_APPLICATIONS.join(", ")}, or the path of a module that exports one.`,
  });
}

/** What names an application names none. `problem` and `write` are the two parts of the message. */
export class ApplicationNotFoundError extends InputError {
  readonly problem: string;
  readonly write: string;
  constructor(failure: Omit<Failure, "code"> & { readonly code?: string }, cause?: unknown) {
    const { code = "network/application-not-found", problem, write } = failure;
    super({
      code,
      message: toMessage({ problem, write }),
      data: { problem, write },
      cause,
    });
    this.problem = problem;
    this.write = write;
  }
}
