import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BLOB_BYTES } from "@frond/contracts";
import { writeAtomically } from "@frond/foundation/node";
import type { BlobSource } from "./types.ts";

/** Blobs on disk, each a file of 128 KiB named by its versioned hash: beacon nodes drop them after 18 days. */
export type KeptBlobs = BlobSource & {
  /** The blob of a versioned hash; undefined if it is not here. */
  get(versionedHash: string): Uint8Array | undefined;
  keep(versionedHash: string, blob: Uint8Array): Promise<void>;
  /** How many there are. */
  count(): number;
};

const NAME = /^0x[0-9a-f]{64}$/;

export function keptBlobs(directory: string): KeptBlobs {
  mkdirSync(directory, { recursive: true });
  const names = new Set(readdirSync(directory).filter((name) => NAME.test(name)));
  const get = (versionedHash: string) => {
    if (!names.has(versionedHash)) return undefined;
    const blob = readFileSync(join(directory, versionedHash));
    return blob.length === BLOB_BYTES ? blob : undefined;
  };
  return {
    name: "the blobs kept here",
    get,
    read: async ({ versionedHash }) => get(versionedHash),
    async keep(versionedHash, blob) {
      if (names.has(versionedHash)) return;
      await writeAtomically(join(directory, versionedHash), blob);
      names.add(versionedHash);
    },
    count: () => names.size,
  };
}
