import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { makeAtomically, withLock, writeAtomically } from "@frond/foundation/node";
import { developmentBb } from "../bb/patchBb.ts";
import { ReferenceStringError } from "../errors.ts";
import { contentHash, fileHash, fileSize, readIfPresent } from "../files.ts";
import { startChild } from "../process/child.ts";
import { createMeter } from "../progress.ts";
import type { OnProgress, ReferenceString } from "../types.ts";
import { DEVELOPMENT_ANCHORS } from "./anchors.ts";

/** Enough for circuits of 2^22 rows, which verify four proofs. */
export const DEVELOPMENT_POINTS = 2 ** 22 + 1;

/**
 * SHA-256 of `bn254_g1.dat` by number of points. The file is the same on every machine, so one that differs is damaged.
 */
const HASHES: Readonly<Record<number, string>> = {
  [2 ** 16 + 1]: "9ddd256f4895441c33d0e4adf089c308c47b0ca52cf3db0141fb1bd3c87a79c0",
  [DEVELOPMENT_POINTS]: "37c14dbc354481304d4be987d1e411f7d44fe9fc99df8ddb0aef6e0bdf5dc363",
};
const POINT_BYTES = 64;

/** See {@link createReferenceString}. */
export async function developmentReferenceString(options: {
  directory: string;
  points: number;
  onProgress: OnProgress | undefined;
}): Promise<ReferenceString> {
  const { points, onProgress } = options;
  const expected = HASHES[points];
  if (!expected) {
    const choices = Object.keys(HASHES);
    throw new ReferenceStringError(
      `There is no development reference string of ${points} points. Choose one of ${choices.join(", ")}.`,
      { points },
    );
  }
  const directory = join(options.directory, "crs", `development-${points}`);
  const g1Path = join(directory, "bn254_g1.dat");

  await withLock(join(options.directory, "crs", `development-${points}.lock`), async () => {
    if ((await fileSize(g1Path)) !== points * POINT_BYTES || (await fileHash(g1Path)) !== expected) {
      await makeAtomically(g1Path, (temporary) => writePoints({ path: temporary, points, expected, onProgress }));
    }
    const g2Path = join(directory, "bn254_g2.dat");
    const g2 = Buffer.from(DEVELOPMENT_ANCHORS.g2, "hex");
    if (!(await readIfPresent(g2Path))?.equals(g2)) await writeAtomically(g2Path, g2);
  });

  const bb = await developmentBb(options.directory);
  const id = contentHash("development", expected, DEVELOPMENT_ANCHORS.g2, bb.hash);
  return { kind: "development", directory, points, bbPath: bb.path, id };
}

async function writePoints(options: {
  path: string;
  points: number;
  expected: string;
  onProgress: OnProgress | undefined;
}): Promise<void> {
  const { path, points, expected, onProgress } = options;
  const file = await open(path, "w");
  await file.truncate(points * POINT_BYTES);
  await file.close();

  const advance = createMeter("Making the development reference string", points, onProgress);
  const processes = Math.min(4, Math.max(1, availableParallelism()));
  const share = Math.ceil(points / processes);
  await Promise.all(
    Array.from({ length: processes }, async (_, i) => {
      const child = startChild(new URL("./pointsProcess.ts", import.meta.url));
      try {
        const range = { path, start: i * share, end: Math.min(points, (i + 1) * share) };
        await child.call<void>("writePoints", range, (count: number) => advance(count));
      } finally {
        await child.stop();
      }
    }),
  );

  const hash = await fileHash(path);
  if (hash !== expected) {
    throw new ReferenceStringError(
      "The development reference string that was made is not the expected one. Check the disk and the memory of this machine, and start again.",
      { points, expected, hash },
    );
  }
}
