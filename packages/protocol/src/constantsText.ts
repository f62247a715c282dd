import { FIELD_MODULUS } from "@frond/foundation";
import * as constants from "./constants.ts";

const ORIGIN = "Generated from packages/protocol/src/constants.ts by `npm run generate`. Do not edit.";

type Constant = { readonly name: string; readonly value: number | bigint };

/** Used as lengths and loop bounds in Noir, which wants `u32` there; every other constant is a `Field`. */
const LENGTHS: ReadonlySet<string> = new Set([
  "STATE_DEPTH",
  "CHILDREN_DEPTH",
  "VAULT_DEPTH",
  "BLOCK_KEYS_DEPTH",
  "TREE_SIBLINGS",
  "MESSAGES_PER_BLOCK",
  "MESSAGE_FIELDS",
  "AMOUNT_BITS",
  "ETHEREUM_ADDRESS_BITS",
  "POINT_COUNTER_BITS",
  "POINT_Y_BITS",
  "LIST_CAPACITY",
  "WORDS_PER_ITEM",
  "BLOCK_PUBLIC_INPUTS",
  "AGGREGATE_PUBLIC_INPUTS",
  "SETTLEMENT_PUBLIC_INPUTS",
  "VERIFICATION_KEY_FIELDS",
  "PROOF_FIELDS",
]);

/** The text of `packages/circuits/lib/src/constants.nr`. */
export function generateNoirConstants(): string {
  const lines = listConstants().map(
    ({ name, value }) => `pub global ${name}: ${LENGTHS.has(name) ? "u32" : "Field"} = ${value};`,
  );
  return `// ${ORIGIN}\n${lines.join("\n")}\n`;
}

/** The text of `packages/contracts/src/Constants.sol`. */
export function generateSolidityConstants(): string {
  const lines = [{ name: "FIELD_MODULUS", value: FIELD_MODULUS }, ...listConstants()].map(
    ({ name, value }) => `    uint256 internal constant ${name} = ${value};`,
  );
  return `// ${ORIGIN}\n// SPDX-License-Identifier: Apache-2.0\npragma solidity ^0.8.30;\n\n/// @notice The numbers that circuits, nodes and this contract agree on.\nlibrary Constants {\n${lines.join("\n")}\n}\n`;
}

/** The generated files, by their path from the root of the repository. */
export function generatedConstantFiles(): { readonly path: string; readonly text: string }[] {
  return [
    { path: "packages/circuits/lib/src/constants.nr", text: generateNoirConstants() },
    { path: "packages/contracts/src/Constants.sol", text: generateSolidityConstants() },
  ];
}

function listConstants(): Constant[] {
  const scalars = Object.entries(constants)
    .flatMap(([name, value]) => (typeof value === "object" ? [] : [{ name, value }]))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...scalars,
    ...Object.entries(constants.MessageKind).map(([name, value]) => ({ name: `KIND_${name.toUpperCase()}`, value })),
    ...Object.entries(constants.DataAvailability).map(([name, value]) => ({
      name: `DATA_${name.toUpperCase()}`,
      value,
    })),
  ];
}
