import { fileURLToPath } from "node:url";
import { endEpoch, type NetworkOptions, type ProvenJob } from "@frond/network";
import { LAST_TIME, signTransaction, type Transaction } from "@frond/protocol";
import type { SettledEpoch } from "@frond/settlement";
import { requestOf, submitSwaps } from "../submitSwaps.ts";
import { withNetwork } from "../withNetwork.ts";
import { notesSize } from "./notes.ts";

const ACCOUNT = 77n;
const NOTES = fileURLToPath(new URL("./notes.ts", import.meta.url));

export type MeasuredEpoch = {
  readonly settled: SettledEpoch;
  readonly jobs: readonly ProvenJob[];
  /** The layer above each, by number; null for the trunk. */
  readonly parents: readonly (number | null)[];
  /** From the end of the epoch until L1 had it. */
  readonly seconds: number;
};

/**
 * Settles one epoch of a tree of `layers` layers, one full block each, with real proofs on a real L1, by the code that
 * `frond start` runs: a trunk, and below it one L3 beside another (every fourth has an L4). `workers` processes prove,
 * with as many threads as there are cores for each.
 */
export function runEpoch(
  options: { readonly layers: number; readonly workers: number },
  progress: (text: string) => void,
): Promise<MeasuredEpoch> {
  /** 0 is the trunk; every fourth layer hangs below the one before it. */
  const parents = Array.from({ length: options.layers }, (_, i) => (i === 0 ? null : i % 4 === 3 ? i - 1 : 0));
  const jobs: ProvenJob[] = [];
  const onProven = (job: ProvenJob) => void jobs.push(job);
  const description = describe(parents, options.workers);
  return withNetwork(description, { progress, onProven }, async ({ running, settled: settling }) => {
    const ids = new Map(running.network.layers.map(({ name, layerId }) => [name, BigInt(layerId)]));
    for (const { name, url } of running.layers) await submitSwaps(url, fullBlock(ids.get(name)!).map(requestOf), {});
    const started = performance.now();
    await endEpoch(running);
    const settled = await settling;
    return { settled, jobs, parents, seconds: (performance.now() - started) / 1_000 };
  });
}

/** Layers of notes whose blocks are cut when they are full, and at the end of the epoch. */
function describe(parents: readonly (number | null)[], workers: number): NetworkOptions {
  const layers = parents.map((parent, i) => {
    const place = parent === null ? {} : { parent: `layer${parent}` };
    return [`layer${i}`, { application: NOTES, blockMilliseconds: 3_600_000, port: 0, ...place }] as const;
  });
  return { layers: Object.fromEntries(layers), proving: { workers } };
}

/** So many notes as a block holds. */
function fullBlock(layerId: bigint): Transaction[] {
  return Array.from({ length: notesSize.transactions }, (_, nonce) =>
    signTransaction({ layerId, method: 0, args: [BigInt(nonce), 5n], nonce, maxFee: 0n, expiry: LAST_TIME }, ACCOUNT),
  );
}
