import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "@frond/foundation/node";
import { DEVELOPMENT_ANCHORS, IGNITION_ANCHORS } from "../crs/anchors.ts";
import { TrustAnchorError } from "../errors.ts";
import { contentHash, fileHash, readIfPresent } from "../files.ts";
import { BB_VERSION, shippedBb } from "./shippedBb.ts";

/**
 * Makes (or finds, and checks byte by byte) a copy of `bb` that trusts the development reference string instead of
 * Ignition's, under `directory`.
 * The shipped file is never changed.
 * @throws TrustAnchorError when an anchor is not there exactly once.
 */
export async function developmentBb(
  directory: string,
  shipped: string = shippedBb(),
): Promise<{ path: string; hash: string }> {
  const original = await readFile(shipped);
  const patched = replaceAnchors(original, shipped);
  const hash = contentHash(patched);
  const path = join(directory, `bb-${BB_VERSION}-${hash.slice(0, 16)}`, "bb");
  const present = await readIfPresent(path);
  if (!present?.equals(patched)) await writeAtomically(path, patched, { mode: 0o755 });
  return { path, hash };
}

/** The shipped `bb`, as it is. */
export async function ignitionBb(): Promise<{ path: string; hash: string }> {
  const path = shippedBb();
  return { path, hash: (await fileHash(path)) ?? "" };
}

/** A copy of the binary with both anchors of Ignition replaced by the development ones. */
export function replaceAnchors(binary: Buffer, where: string): Buffer {
  const copy = Buffer.from(binary);
  for (const group of ["g1", "g2"] as const) {
    const anchor = Buffer.from(IGNITION_ANCHORS[group], "hex");
    const places = occurrences(binary, anchor);
    if (places.length !== 1)
      throw new TrustAnchorError({ anchor: `tau * ${group.toUpperCase()}`, where, found: places.length });
    Buffer.from(DEVELOPMENT_ANCHORS[group], "hex").copy(copy, places[0]);
  }
  return copy;
}

function occurrences(haystack: Buffer, needle: Buffer): number[] {
  const places: number[] = [];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) places.push(at);
  return places;
}
