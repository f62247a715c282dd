import MagicString, { type SourceMap } from "magic-string";
import { assertingImports } from "./assertingImports.ts";
import type { Edits } from "./edits.ts";
import { ModuleSyntaxError } from "./moduleSyntaxError.ts";
import { parseSource, type Source } from "./syntax.ts";
import { visit } from "./visit.ts";

/** Where the global object holds what instrumented modules call: `branches/registry.ts` puts it there. */
const REGISTRY = 'globalThis[Symbol.for("@frond/language")]';

/**
 * Rewrites a module of an application: every condition and comparison passes its operands through a function that
 * throws if one is a traced value, and every declaration tells the name of its value. On all other values the module
 * does what it did before. Takes TypeScript or JavaScript; returns the same language, with every statement on its line.
 * @throws {@link ModuleSyntaxError}
 */
export function instrument(text: string, file: string): { readonly code: string; readonly map: SourceMap } {
  const source = parse(text, file);
  const prefix = freePrefix(text);
  const edits: Edits = {
    source,
    text: new MagicString(text),
    prefix,
    sites: [],
    asserting: assertingImports(source.root),
  };
  visit(edits, source.root);
  const start = /^#!.*\n/.exec(text)?.[0].length ?? 0;
  edits.text.appendLeft(start, `${prefix}module();`);
  edits.text.append(`\n${hooks(edits)}`);
  return {
    code: edits.text.toString(),
    map: edits.text.generateMap({ source: file, hires: "boundary", includeContent: true }),
  };
}

function parse(text: string, file: string): Source {
  try {
    return parseSource(text, file);
  } catch (cause) {
    throw new ModuleSyntaxError(text, file, cause as SyntaxError);
  }
}

function freePrefix(text: string): string {
  for (let i = 0; ; i++) {
    const prefix = `frond${i === 0 ? "" : i}$`;
    if (!text.includes(prefix)) return prefix;
  }
}

/**
 * Function declarations, so that they exist before the module is evaluated: another module of a circle of imports may
 * call its functions then. Without a registry nothing is traced, and no value can be a traced one.
 */
function hooks({ prefix: p, sites, source }: Edits): string {
  const texts = source.text.split("\n");
  const lines = Object.fromEntries(sites.map(([line]) => [line, texts[line - 1]!.replace(/\r$/, "")]));
  const table = JSON.stringify({ file: source.file, lines, sites });
  const isObject = 'typeof v === "object" && v !== null';
  return `
function ${p}sites() { return ${table}; }
function ${p}module() { ((${REGISTRY} ??= {}).modules ??= new Set()).add(${JSON.stringify(source.file)}); }
function ${p}any(v, i) { if (${isObject}) ${REGISTRY}?.any?.(v, i, ${p}sites); return v; }
function ${p}scalar(v, i) { if (${isObject}) ${REGISTRY}?.scalar?.(v, i, ${p}sites); return v; }
function ${p}kind(t, get, i) { if (t === "object") ${REGISTRY}?.scalar?.(get(), i, ${p}sites); return t; }
function ${p}unused(v, i) { if (${isObject}) ${REGISTRY}?.unused?.(v, i, ${p}sites); return v; }
function ${p}entry(o, k, i) { return { get value() { return ${p}any(o[k], i); }, set value(v) { o[k] = v; } }; }
function ${p}last(_, v) { return v; }
function ${p}bound(v, names) { if (${isObject}) ${REGISTRY}?.bound?.(v, names); return v; }
function ${p}moment(v, url) { return ${REGISTRY}?.moment?.(v, url) ?? v; }
function ${p}boolean(f) { return ${REGISTRY}?.boolean?.(f) ?? f; }
function ${p}entered(i) { ${REGISTRY}?.entered?.(i, ${p}sites); }
function ${p}later(i) { return ${REGISTRY}?.later?.(i, ${p}sites) === true; }
function ${p}foreign(v, i) { if (${isObject}) ${REGISTRY}?.foreign?.(v, i, ${p}sites); return v; }
function ${p}attempt(i) { ${REGISTRY}?.attempt?.(i, ${p}sites); }
function ${p}settled() { ${REGISTRY}?.settled?.(); }
`
    .trim()
    .replaceAll("\n", " ");
}
