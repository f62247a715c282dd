import { FIELD_MODULUS } from "@frond/foundation";
import type { FieldTable } from "../tables/fieldTypes.ts";
import { PACKINGS, type Packing, shiftOf, widthOfPacking } from "../tables/packings.ts";
import { ESCAPE_STATEMENT, SETTLEMENT_STATEMENT } from "../tables/publicInputs.ts";
import { elementConstants, lengthConstants } from "./constants.ts";
import { ORIGIN } from "./names.ts";

const HEAD = [`// ${ORIGIN}`, "// SPDX-License-Identifier: Apache-2.0", "pragma solidity ^0.8.30;", ""];

/** The text of `Constants.sol`. */
export function solidityConstants(): string {
  const all = [{ name: "FIELD_MODULUS", value: FIELD_MODULUS }, ...lengthConstants(), ...elementConstants()];
  return [
    ...HEAD,
    "/// @notice The numbers that circuits, nodes and this contract agree on.",
    "library Constants {",
    ...all.map(({ name, value }) => `    uint256 internal constant ${name} = ${value};`),
    "}",
    "",
  ].join("\n");
}

/** The text of `ItemHeader.sol`: the first word of an item of the settlement list. */
export function solidityItemHeader(): string {
  const packing = PACKINGS.itemHeader;
  return [
    ...HEAD,
    ...typeText(packing, { type: "ItemHeader", about: "First word of a list item", further: ["isWellFormed"] }),
    "/// @dev The caller knows that every part is in its range.",
    ...packingFunction("packItemHeader", packing),
    ...accessors(packing, { type: "ItemHeader", argument: "header" }),
    "",
    "/// @notice Whether nothing stands above the parts.",
    "function isWellFormed(ItemHeader header) pure returns (bool) {",
    `    return ItemHeader.unwrap(header) >> ${widthOfPacking(packing)} == 0;`,
    "}",
    "",
  ].join("\n");
}

/** The text of `DepositReference.sol`: a deposit as whoever settles it or takes it back names it. */
export function solidityDepositReference(): string {
  const packing = PACKINGS.depositReference;
  const [, ...functions] = accessors(packing, { type: "DepositReference", argument: "deposit" });
  return [
    ...HEAD,
    ...typeText(packing, {
      type: "DepositReference",
      about: "What waits: a deposit, or a forced transaction with its deadline",
      further: [],
    }),
    ...functions,
    "",
  ].join("\n");
}

function typeText(
  packing: Packing,
  { type, about, further }: { readonly type: string; readonly about: string; readonly further: readonly string[] },
): string[] {
  return [
    `/// @notice ${about}: ${rangesOf(packing)}.`,
    `type ${type} is uint256;`,
    "",
    `using {${[...Object.keys(packing), ...further].join(", ")}} for ${type} global;`,
    "",
  ];
}

/** A function for each part of a packed word; an empty line before each. */
function accessors(
  packing: Packing,
  { type, argument }: { readonly type: string; readonly argument: string },
): string[] {
  return Object.keys(packing).flatMap((part) => [
    "",
    `function ${part}(${type} ${argument}) pure returns (uint256) {`,
    `    return ${shifted(`${type}.unwrap(${argument})`, ">>", shiftOf(packing, part))} & ${maskOf(packing[part]!)};`,
    "}",
  ]);
}

/** The text of `EpochWindow.sol`: an epoch's number and the time that it covers. */
export function solidityEpochWindow(): string {
  const packing = PACKINGS.epochWindow;
  return [
    ...HEAD,
    `/// @notice ${rangesOf(packing)}: the epoch covers the time after < time <= until.`,
    "/// @dev The caller knows that every part is in its range.",
    ...packingFunction("packEpochWindow", packing),
    "",
  ].join("\n");
}

/** The text of `SettlementStatement.sol`: the public inputs of a settlement proof by name. */
export function soliditySettlementStatement(): string {
  return statementText("settlement", SETTLEMENT_STATEMENT);
}

/** The text of `EscapeStatement.sol`: the public inputs of an escape proof by name. */
export function solidityEscapeStatement(): string {
  return statementText("escape", ESCAPE_STATEMENT);
}

const ARTICLES = { settlement: "a", escape: "an" } as const;
const TYPES = { settlement: "SettlementStatement", escape: "EscapeStatement" } as const;

/** A struct, because the compiler has no room for so many parameters. Fields that are numbered are an array in it. */
function statementText(circuit: keyof typeof ARTICLES, table: FieldTable): string {
  const rows = Object.entries(table).map(([name, { about }]) => {
    const [, group, number] = /^([a-zA-Z]+)(\d)$/.exec(name) ?? [];
    return group === undefined
      ? { part: name, word: name, about }
      : { part: `${group}s`, word: `${group}s[${Number(number) - 1}]`, about };
  });
  const parts = [...new Set(rows.map(({ part }) => part))].map((part) => {
    const own = rows.filter((row) => row.part === part);
    const isArray = own.length > 1;
    const about = isArray ? `${own[0]!.about} One for each payout of the exit.` : own[0]!.about;
    return { part, about, type: isArray ? `uint256[${own.length}]` : "uint256" };
  });
  return [
    ...HEAD,
    `/// @notice What ${ARTICLES[circuit]} ${circuit} proof states.`,
    ...parts.map(({ part, about }) => `/// @param ${part} ${about}`),
    `struct ${TYPES[circuit]} {`,
    ...parts.map(({ part, type }) => `    ${type} ${part};`),
    "}",
    "",
    "/// @notice The statement as the verifier takes it: one word each, in the order of the circuit.",
    `function ${circuit}PublicInputs(${TYPES[circuit]} memory statement) pure returns (bytes32[] memory publicInputs) {`,
    `    publicInputs = new bytes32[](${rows.length});`,
    ...rows.map(({ word }, i) => `    publicInputs[${i}] = bytes32(statement.${word});`),
    "}",
    "",
  ].join("\n");
}

/** The text of `Payout.sol`: what an escape pays of an asset. */
export function solidityPayout(): string {
  const packing = PACKINGS.payout;
  const [, ...functions] = accessors(packing, { type: "Payout", argument: "payout" });
  return [
    ...HEAD,
    ...typeText(packing, { type: "Payout", about: "What an escape pays of an asset", further: [] }),
    ...functions,
    "",
  ].join("\n");
}

function rangesOf(packing: Packing): string {
  const range = ([part, bits]: readonly [string, number]) => {
    const shift = shiftOf(packing, part);
    return bits === 1 ? `${part} (bit ${shift})` : `${part} (bits ${shift}-${shift + bits - 1})`;
  };
  return Object.entries(packing).map(range).join(", ");
}

function packingFunction(name: string, packing: Packing): string[] {
  const parts = Object.keys(packing);
  return [
    `function ${name}(${parts.map((part) => `uint256 ${part}_`).join(", ")}) pure returns (uint256) {`,
    `    return ${parts.map((part) => shifted(`${part}_`, "<<", shiftOf(packing, part))).join(" | ")};`,
    "}",
  ];
}

function shifted(value: string, operator: "<<" | ">>", shift: number): string {
  return shift === 0 ? value : `(${value} ${operator} ${shift})`;
}

function maskOf(bits: number): string {
  return bits % 8 === 0 ? `type(uint${bits}).max` : `0x${(2 ** bits - 1).toString(16)}`;
}
