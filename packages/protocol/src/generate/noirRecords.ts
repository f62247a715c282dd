import type { FieldRow, FieldTable } from "../tables/fieldTypes.ts";
import { LAYER_CONFIG, LAYER_RECORD } from "../tables/layer.ts";
import { MESSAGE, POINT_HINT } from "../tables/message.ts";
import {
  AGGREGATE_STATEMENT,
  BLOCK_STATEMENT,
  ESCAPE_STATEMENT,
  EXIT_STATEMENT,
  SETTLEMENT_STATEMENT,
} from "../tables/publicInputs.ts";
import { ORIGIN, toSnakeCase } from "./names.ts";

/** The text of `record.nr`. */
export function noirRecords(): string {
  return [
    `// ${ORIGIN}`,
    "use crate::hash::hash;",
    "",
    struct(
      "LayerConfig",
      "What a layer is: fixed from its registration on, but for upgrades by its owner.",
      LAYER_CONFIG,
    ),
    hashing("LayerConfig", "hash", "The hash of its fields.", LAYER_CONFIG),
    listing("LayerConfig", LAYER_CONFIG),
    struct("LayerRecord", "What a layer is at a moment.", LAYER_RECORD),
    hashing("LayerRecord", "root", "The layer's root: the hash of its fields.", LAYER_RECORD),
  ].join("\n");
}

/** The text of `message.nr`. */
export function noirMessage(): string {
  return [
    `// ${ORIGIN}`,
    "use crate::hash::hash;",
    "",
    struct("Message", "A message from one layer to another, or to or from L1, which is layer 0.", MESSAGE),
    hashing("Message", "hash", "The hash of its fields.", MESSAGE),
    struct("PointHint", "Where a message's point is. See `message_point`.", POINT_HINT),
  ].join("\n");
}

/** The text of `statement.nr`. */
export function noirStatements(): string {
  return [
    `// ${ORIGIN}`,
    "use crate::recursion::Claim;",
    "",
    struct("BlockStatement", "The public inputs of a block's proof, in order.", BLOCK_STATEMENT),
    reading("BlockStatement", BLOCK_STATEMENT),
    struct("AggregateStatement", "The public inputs of an aggregate's proof, in order.", AGGREGATE_STATEMENT),
    reading("AggregateStatement", AGGREGATE_STATEMENT),
    struct("ExitStatement", "The public inputs of an exit's proof, in order.", EXIT_STATEMENT),
    reading("ExitStatement", EXIT_STATEMENT),
    struct("SettlementStatement", "The public inputs of a settlement's proof, in order.", SETTLEMENT_STATEMENT),
    struct("EscapeStatement", "The public inputs of an escape's proof, in order.", ESCAPE_STATEMENT),
  ].join("\n");
}

/** The names that a table's fields have in Noir: a point is two. */
export function noirNames(table: FieldTable): string[] {
  return Object.entries(table).flatMap(([name, row]) => namesOf(name, row));
}

function namesOf(name: string, { type }: FieldRow): string[] {
  const snake = toSnakeCase(name);
  return type === "point" ? [`${snake}_x`, `${snake}_y`] : [snake];
}

function struct(name: string, about: string, table: FieldTable): string {
  const fields = Object.entries(table).flatMap(([field, row]) => [
    `    /// ${row.about}`,
    ...namesOf(field, row).map((noirName) => `    pub ${noirName}: Field,`),
  ]);
  return [`/// ${about}`, `pub struct ${name} {`, ...fields, "}", ""].join("\n");
}

function hashing(name: string, method: string, about: string, table: FieldTable): string {
  return [
    `impl ${name} {`,
    `    /// ${about}`,
    `    pub fn ${method}(self) -> Field {`,
    "        hash([",
    ...noirNames(table).map((field) => `            self.${field},`),
    "        ])",
    "    }",
    "}",
    "",
  ].join("\n");
}

function listing(name: string, table: FieldTable): string {
  const names = noirNames(table);
  return [
    `impl ${name} {`,
    "    /// Its fields in order.",
    `    pub fn fields(self) -> [Field; ${names.length}] {`,
    "        [",
    ...names.map((field) => `            self.${field},`),
    "        ]",
    "    }",
    "}",
    "",
  ].join("\n");
}

function reading(name: string, table: FieldTable): string {
  return [
    `impl ${name} {`,
    "    /// What a proof with this claim states, if it is one of this sort.",
    "    pub fn read(claim: Claim) -> Self {",
    "        let p = claim.public_inputs;",
    "        Self {",
    ...noirNames(table).map((field, i) => `            ${field}: p[${i}],`),
    "        }",
    "    }",
    "}",
    "",
  ].join("\n");
}
