import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@frond/foundation";
import { writeAtomically } from "@frond/foundation/node";
import { readIfPresent } from "../files.ts";
import type { PreparedCircuit } from "../types.ts";
import { circuitId } from "./circuitId.ts";
import { packCircuit } from "./packCircuit.ts";
import { unpackCircuit } from "./unpackCircuit.ts";

/** Circuits by id: in memory, in the cache directory, and wherever else `fetch` looks. */
export type CircuitShelf = {
  /** Keeps a circuit over a restart, and gives its id. */
  put(circuit: PreparedCircuit): Promise<string>;
  /** The circuit of an id, or of a program's digest if only one circuit in memory has it. */
  get(id: string): Promise<PreparedCircuit | undefined>;
  /** Forgets a circuit, in the cache directory too. */
  remove(id: string): Promise<void>;
};

export type CircuitShelfOptions = {
  readonly cacheDirectory: string;
  readonly logger: Logger;
  /** Finds the packed circuit of an id elsewhere. */
  readonly fetch?: (id: string) => Promise<Uint8Array | undefined>;
};

const ID = /^[0-9a-f]{64}$/;

/** Everything that comes from the disk or from elsewhere is checked against the id that it was asked for by. */
export function createCircuitShelf({ cacheDirectory, fetch, logger }: CircuitShelfOptions): CircuitShelf {
  const shelf = new Map<string, PreparedCircuit>();
  const looking = new Map<string, Promise<PreparedCircuit | undefined>>();
  const pathOf = (id: string) => join(cacheDirectory, "artifacts", `${id}.circuit`);

  async function find(id: string): Promise<PreparedCircuit | undefined> {
    const kept = open(id, await readIfPresent(pathOf(id)));
    if (kept) return kept;
    const packed = await fetch?.(id);
    const fetched = open(id, packed);
    if (fetched) await writeAtomically(pathOf(id), packed!);
    return fetched;
  }

  function open(id: string, packed: Uint8Array | undefined): PreparedCircuit | undefined {
    if (!packed) return undefined;
    try {
      const circuit = unpackCircuit(packed);
      if (circuitId(circuit) === id) return circuit;
      logger.warn("A stored circuit is another than its name says", { id });
    } catch (error) {
      logger.warn("A stored circuit is damaged", { id, reason: (error as Error).message });
    }
    return undefined;
  }

  return {
    async put(circuit) {
      const id = circuitId(circuit);
      if (shelf.has(id)) return id;
      shelf.set(id, circuit);
      if (!open(id, await readIfPresent(pathOf(id)))) await writeAtomically(pathOf(id), packCircuit(circuit));
      return id;
    },
    async get(id) {
      const present = shelf.get(id) ?? onlyOne([...shelf.values()].filter(({ digest }) => digest === id));
      if (present || !ID.test(id)) return present;
      const search = looking.get(id) ?? find(id).finally(() => looking.delete(id));
      looking.set(id, search);
      const found = await search;
      if (found) shelf.set(id, found);
      return found;
    },
    async remove(id) {
      shelf.delete(id);
      if (ID.test(id)) await rm(pathOf(id), { force: true });
    },
  };
}

function onlyOne<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
