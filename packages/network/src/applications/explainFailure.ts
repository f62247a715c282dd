import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DefinitionError, nearest } from "@frond/language";
import { describeThrown } from "@frond/language/loading";

/** Why a module does not load: what is wrong and where, and what to write instead. */
export type Failure = { readonly code: string; readonly problem: string; readonly write: string };

/** Explains what the import of `file` failed with. */
export async function explainFailure(cause: unknown, file: string): Promise<Failure> {
  const mistake = (await missingExport(cause, file)) ?? (isMistake(cause) ? cause : undefined);
  if (mistake !== undefined) return failureOf(mistake);
  if (/require\(\) ES Module|in a cycle/.test(String(cause))) {
    const name = basename(file).replace(/\.[jt]s$/, ".mts");
    const write = `Put "type": "module" into the package.json of its directory, or name the file ${name}.`;
    return { code: "language/thrown", problem: firstLine(cause), write };
  }
  if ((cause as { code?: unknown } | null)?.code === "ERR_MODULE_NOT_FOUND") {
    return { code: "language/thrown", problem: firstLine(cause), write: "Correct the import, or install the package." };
  }
  return failureOf(describeThrown(cause, "The module", "load"));
}

type Mistake = { readonly code: string; readonly message: string; readonly data: { readonly instead: string } };

/** Whether an error says where it is and what to write. Errors of Node's thread of loaders are plain ones. */
function isMistake(cause: unknown): cause is Mistake {
  const { code, data } = (cause ?? {}) as { code?: unknown; data?: { instead?: unknown } };
  return typeof code === "string" && /^language\//.test(code) && typeof data?.instead === "string";
}

function failureOf({ code, message, data }: Mistake | DefinitionError): Failure {
  const write = String(data.instead);
  return { code, problem: message.slice(0, -write.length).replace(/ $/, ""), write };
}

/** An import of a name that the other module does not export: Node tells neither the line nor what there is. */
async function missingExport(cause: unknown, file: string): Promise<DefinitionError | undefined> {
  const pattern = /requested module '([^']+)' does not provide an export named '([^']+)'/;
  const [, specifier, name] = pattern.exec(String((cause as Error | null)?.message)) ?? [];
  if (specifier === undefined || name === undefined) return undefined;
  const importer = /^(file:\/\/[^?\n]+?)(\?[^\n]*)?:\d+$/m.exec(String((cause as Error).stack))?.[1];
  const path = importer === undefined ? file : decodeURIComponent(new URL(importer).pathname);
  const lines = readFileSync(path, "utf8").split("\n");
  const line = lines.findIndex((text) => new RegExp(`\\b${name.replace("$", "\\$")}\\b`).test(text));
  const target = specifier.startsWith(".") ? pathToFileURL(resolve(dirname(path), specifier)).href : specifier;
  const exported = Object.keys((await import(target).catch(() => ({}))) as object);
  const near = nearest(name, exported);
  return new DefinitionError({
    code: "language/unknown-name",
    location: line < 0 ? undefined : { file: path, line: line + 1, column: lines[line]!.indexOf(name) + 1 },
    problem: `\`${specifier}\` exports no \`${name}\`.`,
    instead: `${near === undefined ? "" : `Did you mean \`${near}\`? `}It exports: ${exported.join(", ") || "nothing"}.`,
    cause,
  });
}

/** The first line of what an import failed with, as a sentence. */
function firstLine(cause: unknown): string {
  const text = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A problem and what to write instead, after the source line that the problem may end with. */
export function toMessage({ problem, write }: { readonly problem: string; readonly write: string }): string {
  return problem.endsWith("\n") ? `${problem}${write}` : `${problem} ${write}`;
}
