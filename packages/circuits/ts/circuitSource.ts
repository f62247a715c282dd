import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Field, fieldToHex } from "@frond/foundation";
import { AGGREGATE_ARITIES } from "./aggregateStep.ts";

/** A complete set of Noir crates, by path: the program in `bin/`, the library in `lib/`. */
export type CircuitSource = {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
};

const root = fileURLToPath(new URL("..", import.meta.url));

/** The crate `frond`, which holds every constraint: its files by path, below `lib/`. Read from disk. */
export function librarySources(): Record<string, string> {
  return readCrate("lib", "lib");
}

/**
 * The aggregate circuit of a width (docs/protocol.md 6): so many proofs of blocks or aggregates in, one of the same
 * shape out.
 * @param arity one of {@link AGGREGATE_ARITIES}
 */
export function aggregateCircuit(arity: number): CircuitSource {
  const files = programFiles("aggregate");
  files["bin/src/shape.nr"] =
    "/// How many proofs this aggregate takes.\n" +
    `pub global ARITY: u32 = ${arity};\n` +
    "/// How many aggregate circuits there are, of different arity.\n" +
    `pub global WIDTHS: u32 = ${AGGREGATE_ARITIES.length};\n`;
  return { name: `aggregate-${arity}`, files };
}

/**
 * The settlement circuit (docs/protocol.md 7), for the aggregate circuits whose verification keys have these hashes, in
 * the order of {@link AGGREGATE_ARITIES}.
 */
export function settlementCircuit(aggregateKeyHashes: readonly Field[]): CircuitSource {
  const files = programFiles("settlement");
  const hashes = aggregateKeyHashes.map(fieldToHex).join(", ");
  files["bin/src/aggregate_keys.nr"] =
    "/// The hashes of the verification keys of the aggregate circuits.\n" +
    `pub global AGGREGATE_KEY_HASHES: [Field; ${aggregateKeyHashes.length}] = [${hashes}];\n`;
  return { name: "settlement", files };
}

/** The circuit whose proof stands in an aggregate's places where an epoch has no block's proof. */
export function fillerCircuit(): CircuitSource {
  return { name: "filler", files: programFiles("filler") };
}

/** The escape circuit (docs/protocol.md 8): a proof of an exit in, one that L1 pays for out. */
export function escapeCircuit(): CircuitSource {
  return { name: "escape", files: programFiles("escape") };
}

function programFiles(name: string): Record<string, string> {
  const files = { ...librarySources(), ...readCrate(join("bin", name), "bin") };
  files["bin/Nargo.toml"] = files["bin/Nargo.toml"]!.replace("../../lib", "../lib");
  return files;
}

function readCrate(folder: string, prefix: string): Record<string, string> {
  const files: Record<string, string> = {
    [`${prefix}/Nargo.toml`]: readFileSync(join(root, folder, "Nargo.toml"), "utf8"),
  };
  const names = readdirSync(join(root, folder, "src")).filter((name) => name.endsWith(".nr"));
  for (const name of names.sort()) {
    files[`${prefix}/src/${name}`] = readFileSync(join(root, folder, "src", name), "utf8");
  }
  return files;
}
