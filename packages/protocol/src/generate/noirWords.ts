import { KIND_QUESTIONS, KINDS_OF_PLACES, type KindQuestion } from "../kindRules.ts";
import type { KindName } from "../tables/messageKinds.ts";
import { PACKINGS, type Packing, shiftOf } from "../tables/packings.ts";
import { elementConstants, lengthConstants } from "./constants.ts";
import { ORIGIN, toSnakeCase } from "./names.ts";

/** The text of `constants.nr`. */
export function noirConstants(): string {
  return [
    `// ${ORIGIN}`,
    ...lengthConstants().map(({ name, value }) => `pub global ${name}: u32 = ${value};`),
    ...elementConstants().map(({ name, value }) => `pub global ${name}: Field = ${value};`),
    "",
  ].join("\n");
}

/** The text of `kinds.nr`. */
export function noirKinds(): string {
  const questions: readonly (readonly [string, KindQuestion])[] = Object.entries(KIND_QUESTIONS);
  const all = [...KINDS_OF_PLACES, ...questions.flatMap(([, { kinds }]) => kinds)];
  const used = [...new Set(all.map(constantOf))].sort();
  return [
    `// ${ORIGIN}`,
    `use crate::constants::{${used.join(", ")}};`,
    "",
    "/// 0 if a block's places for messages take this kind, anything else if not.",
    "pub fn outside_of_places(kind: Field) -> Field {",
    `    ${KINDS_OF_PLACES.map((name) => `(kind - ${constantOf(name)})`).join("\n        * ")}`,
    "}",
    "",
    ...questions.map(([name, question]) => questionText(name, question)),
  ].join("\n");
}

function questionText(name: string, { otherwise, kinds, about }: KindQuestion): string {
  const parts = kinds.map((kind) => (otherwise ? `kind != ${constantOf(kind)}` : `kind == ${constantOf(kind)}`));
  const answer = parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(otherwise ? " & " : " | ");
  return [
    `/// ${about}`,
    `pub fn ${toSnakeCase(name)}(${parts.length === 0 ? "_kind" : "kind"}: Field) -> bool {`,
    `    ${answer === "" ? String(otherwise) : answer}`,
    "}",
    "",
  ].join("\n");
}

function constantOf(name: KindName): string {
  return `KIND_${toSnakeCase(name).toUpperCase()}`;
}

/** The text of `packing.nr`. */
export function noirPackings(): string {
  const { promisedPlace: _, depositReference: __, ...ofCircuits } = PACKINGS;
  return [
    `// ${ORIGIN}`,
    "// Words that pack several numbers. The caller ranges the parts.",
    ...Object.entries(ofCircuits).map(packingText),
    "",
  ].join("\n");
}

function packingText([name, packing]: readonly [string, Packing]): string {
  const snake = toSnakeCase(name);
  const parts = Object.keys(packing);
  const terms = parts.map((part) => {
    const shift = shiftOf(packing, part);
    return shift === 0 ? toSnakeCase(part) : `${toSnakeCase(part)} * 0x${(1n << BigInt(shift)).toString(16)}`;
  });
  return [
    "",
    ...parts.map((part) => `pub global ${`${snake}_${toSnakeCase(part)}`.toUpperCase()}_BITS: u32 = ${packing[part]};`),
    "",
    `pub fn pack_${snake}(${parts.map((part) => `${toSnakeCase(part)}: Field`).join(", ")}) -> Field {`,
    `    ${terms.join("\n        + ")}`,
    "}",
  ].join("\n");
}
