import { KINDS_OF_BLOCKS } from "../kindRules.ts";
import { DOMAINS, LAYER_KEY_DOMAIN } from "../tables/domains.ts";
import type { FieldTable } from "../tables/fieldTypes.ts";
import { LAYER_CONFIG, LAYER_RECORD } from "../tables/layer.ts";
import { MESSAGE } from "../tables/message.ts";
import { kindNames, kindNamesWhere, MESSAGE_KINDS } from "../tables/messageKinds.ts";
import { PACKINGS, type Packing, shiftOf } from "../tables/packings.ts";
import {
  AGGREGATE_STATEMENT,
  BLOCK_STATEMENT,
  ESCAPE_STATEMENT,
  EXIT_STATEMENT,
  SETTLEMENT_STATEMENT,
} from "../tables/publicInputs.ts";
import { ORIGIN } from "./names.ts";

/** The text of `docs/protocol-tables.md`: the tables for people. */
export function protocolTables(): string {
  return [
    `<!-- ${ORIGIN} -->`,
    "",
    "# The protocol's tables",
    "",
    "What TypeScript, Noir and Solidity share, as [protocol.md](protocol.md) uses it. The tables are in",
    "`packages/protocol/src/tables`; [changing-the-protocol.md](changing-the-protocol.md) says how to change one.",
    ...section("Kinds of messages", kindTable()),
    "",
    `A block may consume these kinds: ${KINDS_OF_BLOCKS.join(", ")}.`,
    `Of these it hands ${handled()} to the application's handlers. What has no handler, or whose handler fails,`,
    "it sends back if the kind bounces. L1 credits what is sent to it, whatever the kind, so that no layer can keep an",
    "epoch from settling.",
    ...section("Message", fieldTable(MESSAGE)),
    ...section("LayerConfig", fieldTable(LAYER_CONFIG)),
    ...section("LayerRecord", fieldTable(LAYER_RECORD)),
    ...section("Public inputs of a block", fieldTable(BLOCK_STATEMENT)),
    ...section("Public inputs of an aggregate", fieldTable(AGGREGATE_STATEMENT)),
    ...section("Public inputs of a settlement", fieldTable(SETTLEMENT_STATEMENT)),
    ...section("Public inputs of an exit", fieldTable(EXIT_STATEMENT)),
    ...section("Public inputs of an escape", fieldTable(ESCAPE_STATEMENT)),
    ...section("Packed words", packingTable(PACKINGS)),
    ...section("Hash domains", domainTable()),
    "",
    "A wallet's layer key comes from its signature over an EIP-712 message, whose domain is",
    `\`${LAYER_KEY_DOMAIN.name}\`, version ${LAYER_KEY_DOMAIN.version}, with chain and contract of the deployment. The wallet hashes it with keccak256.`,
    "",
  ].join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return ["", `## ${title}`, "", lines[0]!, rule, ...lines.slice(1)];
}

function kindTable(): string[][] {
  const rows = kindNames.map((name) => {
    const { number, sentBy, takenBy, hasTime, bounces, carriesAsset, about } = MESSAGE_KINDS[name];
    return [String(number), `\`${name}\``, sentBy, takenBy, yes(hasTime), yes(bounces), yes(carriesAsset), about];
  });
  return [["number", "kind", "sent by", "taken by", "has a time", "bounces", "carries an asset", ""], ...rows];
}

function handled(): string {
  return kindNamesWhere(({ takenBy }) => takenBy === "handler").join(", ");
}

function fieldTable(table: FieldTable): string[][] {
  const rows = Object.entries(table).map(([name, { type, about, ...row }]) => [
    `\`${name}\``,
    type === "point" ? "point (x, y)" : type,
    "default" in row ? `${about} ${String(row.default)} unless given.` : about,
  ]);
  return [["field", "type", ""], ...rows];
}

function packingTable(packings: { readonly [name: string]: Packing }): string[][] {
  const rows = Object.entries(packings).flatMap(([name, packing]) =>
    Object.entries(packing).map(([part, bits], i) => [
      i === 0 ? `\`${name}\`` : "",
      `\`${part}\``,
      String(shiftOf(packing, part)),
      String(bits),
    ]),
  );
  return [["word", "part", "from bit", "bits"], ...rows];
}

function domainTable(): string[][] {
  const power = (value: bigint) => `2^${value.toString(2).length - 1}`;
  const rows = Object.entries(DOMAINS).map(([name, { first, count, about }]) => [
    `\`${name}\``,
    count === 1n ? power(first) : `${power(first)} and the ${power(count)} from there`,
    about,
  ]);
  return [["domain", "values", ""], ...rows];
}

function yes(is: boolean): string {
  return is ? "yes" : "no";
}
