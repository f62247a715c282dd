import { type ApplicationInterface, interfaceOf } from "./applicationInterface.ts";

/**
 * The TypeScript module that exports the interface of an application as a constant, under the application's name: what
 * `frond interface` writes.
 */
export function interfaceSource(application: ApplicationInterface): string {
  const { name } = application;
  return [
    `// The interface of the application ${name}, for clients. Written by \`frond interface\`: write it again when the`,
    "// application has changed.",
    'import type { ApplicationInterface } from "@frond/language/interface";',
    "",
    `export const ${identifierOf(name)} = ${literal(interfaceOf(application), "")} as const satisfies ApplicationInterface;`,
    "",
  ].join("\n");
}

/** A value of plain data as a literal of TypeScript; a property that is undefined stays, for types tell it by that. */
function literal(value: unknown, indent: string): string {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((part) => literal(part, indent)).join(", ")}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const isFlat = entries.every(([, part]) => typeof part !== "object");
  const parts = entries.map(([name, part]) => `${keyOf(name)}: ${literal(part, `${indent}  `)}`);
  if (isFlat) return `{ ${parts.join(", ")} }`;
  return `{\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function identifierOf(name: string): string {
  const camel = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");
  return /^[A-Za-z]/.test(camel) ? camel : `application${camel}`;
}
