import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FrondError, fieldToHex } from "@frond/foundation";
import type { BlockSize } from "@frond/protocol";
import type { PreparedCircuit } from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";

/** What is pinned of a circuit: a change of any of these changes what the network proves, and has to be seen. */
export type CircuitFigures = {
  readonly name: string;
  readonly gates: number;
  readonly dyadic: number;
  /** Of a block circuit: transactions it holds. */
  readonly transactions?: number;
  readonly gatesPerTransaction?: number;
  readonly digest: string;
  readonly keyHash: string;
};

export const lockFile = fileURLToPath(new URL("../../circuits/circuits.lock.json", import.meta.url));

/** The figures of all circuits of an application, blocks first. */
export function figuresOf(circuits: EpochCircuits, sizes: readonly BlockSize[]): CircuitFigures[] {
  const blocks = sizes.map((size) => {
    const figures = toFigures(circuits.blocks.get(size.name)!);
    const { transactions } = size;
    return { ...figures, transactions, gatesPerTransaction: Math.round(figures.gates / transactions) };
  });
  return [...blocks, toFigures(circuits.aggregate), toFigures(circuits.settlement)];
}

function toFigures({ name, gates, dyadic, digest, key }: PreparedCircuit): CircuitFigures {
  return { name, gates, dyadic, digest, keyHash: fieldToHex(key.hash) };
}

/** Differences between the lock file and the circuits, one line each; none if they agree. */
export function differencesFromLock(figures: readonly CircuitFigures[]): string[] {
  const locked = new Map(readLock().map((entry) => [entry.name, entry]));
  const lines: string[] = [];
  for (const actual of figures) {
    const expected = locked.get(actual.name);
    locked.delete(actual.name);
    if (expected === undefined) lines.push(`${actual.name}: not in the lock`);
    else if (
      expected.keyHash !== actual.keyHash ||
      expected.digest !== actual.digest ||
      expected.gates !== actual.gates
    ) {
      const change = actual.gates - expected.gates;
      lines.push(
        `${actual.name}: ${expected.gates} -> ${actual.gates} gates (${change >= 0 ? "+" : ""}${change}), key ${expected.keyHash} -> ${actual.keyHash}`,
      );
    }
  }
  return [...lines, ...[...locked.keys()].map((name) => `${name}: in the lock only`)];
}

export function writeLock(figures: readonly CircuitFigures[]): void {
  writeFileSync(lockFile, `${JSON.stringify(figures, null, 2)}\n`);
}

function readLock(): CircuitFigures[] {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")) as CircuitFigures[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The circuits are not the ones that the lock pins. */
export class CircuitsChangedError extends FrondError {
  constructor(differences: readonly string[]) {
    super({
      code: "cli/circuits-changed",
      message: `The circuits differ from circuits.lock.json:\n${differences.join("\n")}\nIf that is meant, run \`frond circuits --update\` and commit the lock.`,
      data: { differences },
    });
  }
}
