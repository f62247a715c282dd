import type { OwnedEntry } from "./ownedEntries.ts";

/** Files are made aside, or under a lock; a process that was killed leaves those. */
const UNFINISHED = String.raw`(\.[0-9]+\.[0-9a-f]{8}\.tmp|\.lock(\.[0-9]+\.[0-9a-f]{8}(\.stale)?)?)?`;
const named = (pattern: string) => new RegExp(`^${pattern}${UNFINISHED}$`);

/** Compiled contracts: named by the hash of their sources (contracts/ts/compileContracts.ts). */
const CONTRACTS = /^[0-9a-f]{64}\.json(\.[0-9]+(\.[0-9a-f]{8}\.tmp)?)?$/;

/**
 * What Frond makes in a cache directory, by names that nobody else gives: nearly all have a hash in them. So these can
 * be deleted from a directory that is not Frond's alone. What writes them: prover (crs, bb, circuits, keys, artifacts)
 * and contracts; a new kind of file has to be added here.
 */
export const CACHE_ENTRIES: readonly OwnedEntry[] = [
  ["crs", /^development-[0-9]+$/, named(String.raw`(bn254_g[12]\.dat|crs)`)],
  ["crs", named("development-[0-9]+")],
  ["circuits", named(String.raw`.+-[0-9a-f]{32}\.acir(\.debug)?`)],
  ["keys", named(String.raw`[0-9a-f]{32}-(recursive|evm)-[0-9a-f]{16}\.key`)],
  ["artifacts", named(String.raw`[0-9a-f]{64}\.circuit`)],
  [/^bb-[0-9A-Za-z.-]+-[0-9a-f]{16}$/, named("bb")],
  [CONTRACTS],
  ["solidity", CONTRACTS],
];
