import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Field, fieldToHex } from "@frond/foundation";

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

/** The aggregate circuit (protocol.md 6). Two proofs of blocks or aggregates in, one of the same shape out. */
export function aggregateCircuit(): CircuitSource {
  return { name: "aggregate", files: programFiles("aggregate") };
}

/** The settlement circuit (protocol.md 7), for the aggregate circuit whose verification key has this hash. */
export function settlementCircuit({ aggregateKeyHash }: { aggregateKeyHash: Field }): CircuitSource {
  const files = programFiles("settlement");
  files["bin/src/aggregate_key.nr"] =
    "/// The hash of the aggregate circuit's verification key.\n" +
    `pub global AGGREGATE_KEY_HASH: Field = ${fieldToHex(aggregateKeyHash)};\n`;
  return { name: "settlement", files };
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
