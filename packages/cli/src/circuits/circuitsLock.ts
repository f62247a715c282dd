import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FrondError, fieldToHex } from "@frond/foundation";
import { BUNDLED_APPLICATIONS, type PreparedCircuits } from "@frond/network";
import type { BlockSize } from "@frond/protocol";
import type { PreparedCircuit } from "@frond/prover";

/**
 * What is pinned of a circuit, under the development reference string: a change of any of these changes what networks
 * prove, and has to be seen.
 */
type PinnedCircuit = {
  readonly gates: number;
  readonly dyadic: number;
  readonly digest: string;
  readonly keyHash: string;
};

/** A circuit with its name; of a block circuit also how many transactions it holds and what one costs. */
export type CircuitFigures = PinnedCircuit & {
  readonly name: string;
  /** Whether all networks have it. */
  readonly isShared: boolean;
  readonly transactions?: number;
  readonly gatesPerTransaction?: number;
};

/** Pins the circuits that all networks share. */
const sharedLock = fileURLToPath(new URL("../../../circuits/circuits.lock.json", import.meta.url));

/** Pins the circuits of blocks and of exits of an application that comes with Frond. */
function applicationLock(name: string): string {
  return fileURLToPath(new URL(`../../../../apps/${name}/circuits.lock.json`, import.meta.url));
}

/** The circuits that all networks share. */
function sharedCircuits({ aggregates, filler, settlement, escape: ofEscapes }: PreparedCircuits): PreparedCircuit[] {
  return [...aggregates.values(), filler, settlement, ofEscapes];
}

/** All circuits of an application: blocks first, then its exits, then those that all networks share. */
export function listCircuits(circuits: PreparedCircuits): PreparedCircuit[] {
  const { blocks, exit } = circuits;
  return [...blocks.values(), ...(exit === undefined ? [] : [exit]), ...sharedCircuits(circuits)];
}

/** The figures of all circuits of an application, blocks first, then its exits. */
export function figuresOf(circuits: PreparedCircuits, sizes: readonly BlockSize[]): CircuitFigures[] {
  const blocks = sizes.map(({ name, transactions: ordinary, forced = 0 }) => {
    const figures = toFigures(circuits.blocks.get(name)!, false);
    const transactions = ordinary + forced;
    return { ...figures, transactions, gatesPerTransaction: Math.round(figures.gates / transactions) };
  });
  const { exit } = circuits;
  return [
    ...blocks,
    ...(exit === undefined ? [] : [toFigures(exit, false)]),
    ...sharedCircuits(circuits).map((circuit) => toFigures(circuit, true)),
  ];
}

function toFigures({ name, gates, dyadic, digest, key }: PreparedCircuit, isShared: boolean): CircuitFigures {
  return { name, isShared, gates, dyadic, digest, keyHash: fieldToHex(key.hash) };
}

/**
 * Differences between the lock files and the circuits of an application that comes with Frond, one line each; none if
 * they agree.
 */
export function differencesFromLock(application: string, figures: readonly CircuitFigures[]): string[] {
  const files = [applicationLock(application), sharedLock];
  const locked = new Map(files.flatMap((file) => Object.entries(readLock(file))));
  const lines: string[] = [];
  for (const actual of figures) {
    const expected = locked.get(actual.name);
    locked.delete(actual.name);
    if (expected === undefined) lines.push(`${actual.name}: not in a lock`);
    else if (JSON.stringify(pinned(expected)) !== JSON.stringify(pinned(actual))) {
      const change = actual.gates - expected.gates;
      const gates = `${expected.gates} -> ${actual.gates} gates (${change < 0 ? "" : "+"}${change})`;
      lines.push(`${actual.name}: ${gates}, key ${expected.keyHash} -> ${actual.keyHash}`);
    }
  }
  return [...lines, ...[...locked.keys()].map((name) => `${name}: in a lock only`)];
}

export function writeLock(application: string, figures: readonly CircuitFigures[]): void {
  const write = (file: string, circuits: readonly CircuitFigures[]) => {
    const entries = circuits.map((circuit) => [circuit.name, pinned(circuit)]);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  };
  write(
    sharedLock,
    figures.filter(({ isShared }) => isShared),
  );
  write(
    applicationLock(application),
    figures.filter(({ isShared }) => !isShared),
  );
}

/** Digests of all circuits that are pinned. */
export function lockedDigests(): string[] {
  const files = [sharedLock, ...BUNDLED_APPLICATIONS.map(applicationLock)];
  return files.flatMap((file) => Object.values(readLock(file)).map(({ digest }) => digest));
}

function pinned({ gates, dyadic, digest, keyHash }: PinnedCircuit): PinnedCircuit {
  return { gates, dyadic, digest, keyHash };
}

function readLock(file: string): Record<string, PinnedCircuit> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, PinnedCircuit>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** The circuits are not the ones that the locks pin. */
export class CircuitsChangedError extends FrondError {
  constructor(application: string, differences: readonly string[]) {
    super({
      code: "cli/circuits-changed",
      message: `The circuits differ from circuits.lock.json:\n${differences.join("\n")}\nIf that is meant, run \`frond circuits --update\` and commit the locks.`,
      data: { application, differences },
    });
  }
}
