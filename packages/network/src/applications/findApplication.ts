import { existsSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearest } from "@frond/language";
import { type BlockSize, blockSizesSchema } from "@frond/protocol";
import { InputError } from "../errors.ts";
import type { AnyApplication } from "./anyApplication.ts";

/** The applications that come with Frond: the package `@frond/<name>` exports one of this name. */
export const BUNDLED_APPLICATIONS = ["exchange", "orbits", "bricks", "desk", "auction"] as const;

export type FoundApplication = {
  readonly application: AnyApplication;
  /** How to find it again from any directory. */
  readonly ref: string;
  /** The block sizes that its module exports as `sizes`, if it does. */
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
  const isBundled = (BUNDLED_APPLICATIONS as readonly string[]).includes(reference);
  if (isBundled) return await findBundled(reference);
  const { path, name } = splitReference(reference);
  if (!/\.[cm]?[jt]sx?$/.test(path)) throw unknownApplication(reference);
  const file = isAbsolute(path) ? path : resolve(directory, path);
  const module = await loadModule(reference, file);
  const application = name === undefined ? onlyApplication(reference, module) : namedApplication(name, module, path);
  return { application, ref: name === undefined ? file : `${file}#${name}`, sizes: sizesOf(module, path) };
}

/** The application of a reference; see {@link findApplication}. */
export async function loadApplication(reference: string, directory?: string): Promise<AnyApplication> {
  return (await findApplication(reference, directory)).application;
}

/** The bundled name of an application object, if it is the one that comes with Frond. */
export async function bundledNameOf(application: AnyApplication): Promise<string | undefined> {
  const { name } = application;
  if (!(BUNDLED_APPLICATIONS as readonly string[]).includes(name)) return undefined;
  const found = await findBundled(name).catch(() => undefined);
  return found?.application === application ? name : undefined;
}

export function isApplication(value: unknown): value is AnyApplication {
  return typeof value === "object" && value !== null && "program" in value && "methods" in value && "state" in value;
}

async function findBundled(name: string): Promise<FoundApplication> {
  const specifier = `@frond/${name}`;
  let module: Module;
  try {
    module = (await import(specifier)) as Module;
  } catch (cause) {
    throw new ApplicationNotFoundError(
      { problem: `${name} can't be loaded: ${firstLine(cause)}`, write: "Run `npm ci`, or use another application." },
      cause,
    );
  }
  const application = module[name];
  if (!isApplication(application)) {
    throw new ApplicationNotFoundError({
      problem: `${specifier} exports no application called ${name}.`,
      write: "Run `npm ci`, or use another application.",
    });
  }
  return { application, ref: name, sizes: sizesOf(module, name) };
}

type Module = Readonly<Record<string, unknown>>;

async function loadModule(reference: string, file: string): Promise<Module> {
  if (!existsSync(file)) {
    throw new ApplicationNotFoundError({
      problem: `There is no file ${file}.`,
      write: "Write the path of a module that exports an application, from the directory of this file.",
    });
  }
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch (cause) {
    throw new ApplicationNotFoundError(
      { problem: `${reference} can't be loaded: ${firstLine(cause)}`, write: loadingAdvice(cause, file) },
      cause,
    );
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

function splitReference(reference: string): { path: string; name?: string } {
  const at = reference.lastIndexOf("#");
  return at < 1 ? { path: reference } : { path: reference.slice(0, at), name: reference.slice(at + 1) };
}

function unknownApplication(reference: string): ApplicationNotFoundError {
  const near = nearest(reference, BUNDLED_APPLICATIONS);
  return new ApplicationNotFoundError({
    problem: `There is no application ${reference}.`,
    write: `${near === undefined ? "" : `Did you mean "${near}"? `}Use ${BUNDLED_APPLICATIONS.join(", ")}, or the path of a module that exports one.`,
  });
}

/** What to do about a module that does not load. */
export function loadingAdvice(cause: unknown, file: string): string {
  if (!/require\(\) ES Module|in a cycle/.test(String(cause))) return "Correct it.";
  const name = basename(file).replace(/\.[jt]s$/, ".mts");
  return `Put "type": "module" into the package.json of its directory, or name the file ${name}.`;
}

/** The first line of what an import failed with, as a sentence. */
export function firstLine(cause: unknown): string {
  const text = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What names an application names none. `problem` and `write` are the two parts of the message. */
export class ApplicationNotFoundError extends InputError {
  readonly problem: string;
  readonly write: string;
  constructor({ problem, write }: { problem: string; write: string }, cause?: unknown) {
    super({
      code: "network/application-not-found",
      message: `${problem} ${write}`,
      data: { problem, write },
      cause,
    });
    this.problem = problem;
    this.write = write;
  }
}
