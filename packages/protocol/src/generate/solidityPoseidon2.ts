import { FIELD_MODULUS, POSEIDON2_PARAMETERS } from "@frond/foundation";
import { ORIGIN } from "./names.ts";

const { externalConstants, internalConstants, internalDiagonal } = POSEIDON2_PARAMETERS;

/** Steps of inline assembly. Every line of a permutation is at this depth. */
const INDENT = " ".repeat(16);

/**
 * The text of `Poseidon2.sol`: the sponge of the protocol as a library of its own. All rounds are written out: a loop
 * would load each constant, and count. A product is below the modulus p, and 2^256 is above 5.2 p, so sums of up to
 * five reduced values need no reduction.
 */
export function solidityPoseidon2(): string {
  return [
    `// ${ORIGIN}`,
    "// SPDX-License-Identifier: Apache-2.0",
    "pragma solidity ^0.8.30;",
    "",
    "/// @title Poseidon2 over the BN254 scalar field with t = 4, as Barretenberg has it",
    "/// @notice Deployed once, and called by the contracts: it would not fit beside them.",
    "library Poseidon2 {",
    "    /// @notice The sponge with rate 3 and the initial state 0, 0, 0, n * 2^64 of n inputs.",
    "    /// @param inputs Field elements; the caller has checked that each is below the modulus.",
    "    function hash(uint256[] calldata inputs) external pure returns (uint256 a) {",
    '        assembly ("memory-safe") {',
    `            let p := ${FIELD_MODULUS}`,
    "            let cursor := inputs.offset",
    "            let left := inputs.length",
    "            let b := 0",
    "            let c := 0",
    "            let d := shl(64, left)",
    "            let s",
    "            let t",
    "            for {} 1 {} {",
    `${INDENT}// Beyond the inputs nothing is added. An absorbed sum is below 2 p.`,
    `${INDENT}if left { a := add(a, calldataload(cursor)) }`,
    `${INDENT}if gt(left, 1) { b := add(b, calldataload(add(cursor, 32))) }`,
    `${INDENT}if gt(left, 2) { c := add(c, calldataload(add(cursor, 64))) }`,
    `${INDENT}// The first matrix takes less than p.`,
    ...["a", "b", "c"].map((element) => `${INDENT}${element} := mod(${element}, p)`),
    ...externalMatrix(),
    ...externalConstants.slice(0, 4).flatMap(externalRound),
    ...internalConstants.flatMap(internalRound),
    ...externalConstants.slice(4).flatMap(externalRound),
    `${INDENT}if lt(left, 4) { break }`,
    `${INDENT}left := sub(left, 3)`,
    `${INDENT}cursor := add(cursor, 96)`,
    "            }",
    "        }",
    "    }",
    "}",
    "",
  ].join("\n");
}

function externalRound(constants: readonly bigint[]): string[] {
  const boxes = ["a", "b", "c", "d"].flatMap((element, i) => fifthPower(element, constants[i]!));
  return [...boxes, ...externalMatrix()];
}

/** x = (x + constant)^5. The sum is below 2^256 if x is below 4 p. */
function fifthPower(x: string, constant: bigint): string[] {
  return lines(`s := add(${x}, ${constant})`, "t := mulmod(s, s, p)", `${x} := mulmod(s, mulmod(t, t, p), p)`);
}

/** Takes four values below p, and gives four values below p. */
function externalMatrix(): string[] {
  return lines(
    "s := add(a, b)",
    "t := add(c, d)",
    // 2 b + c + d and 2 d + a + b, below 4 p.
    "b := add(add(b, b), t)",
    "d := add(add(d, d), s)",
    "t := addmod(mulmod(t, 4, p), d, p)",
    "s := addmod(mulmod(s, 4, p), b, p)",
    "a := addmod(d, s, p)",
    "c := addmod(b, t, p)",
    "b := s",
    "d := t",
  );
}

/** Takes values below 2 p, and gives values below 2 p: a product and the sum of all elements, each below p. */
function internalRound(constant: bigint): string[] {
  const [first, second, third, fourth] = internalDiagonal;
  return [
    ...fifthPower("a", constant),
    ...lines(
      "s := addmod(add(a, b), add(c, d), p)",
      `a := add(mulmod(a, ${first}, p), s)`,
      `b := add(mulmod(b, ${second}, p), s)`,
      `c := add(mulmod(c, ${third}, p), s)`,
      `d := add(mulmod(d, ${fourth}, p), s)`,
    ),
  ];
}

function lines(...statements: readonly string[]): string[] {
  return statements.map((statement) => `${INDENT}${statement}`);
}
