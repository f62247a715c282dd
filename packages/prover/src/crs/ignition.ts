import { open } from "node:fs/promises";
import { join } from "node:path";
import { ignitionBb } from "../bb/patchBb.ts";
import { ReferenceStringError } from "../errors.ts";
import { contentHash, fileSize, readIfPresent } from "../files.ts";
import type { ReferenceString } from "../types.ts";
import { IGNITION_ANCHORS } from "./anchors.ts";

const POINT_BYTES = 64;
const LEAST_POINTS = 2 ** 22 + 1;
/** The generator of G1, (1, 2): the first point of every reference string. */
const GENERATOR = `${"1".padStart(64, "0")}${"2".padStart(64, "0")}`;

/**
 * Finds Aztec's Ignition reference string in `directory` and checks its size, its two first points and its point in G2
 * against the anchors in `bb`. Nothing is fetched.
 * @throws ReferenceStringError naming the file and the directory it belongs in.
 */
export async function ignitionReferenceString(directory: string): Promise<ReferenceString> {
  const g1Path = join(directory, "bn254_g1.dat");
  const bytes = await fileSize(g1Path);
  const place =
    "Put bn254_g1.dat (uncompressed, at least 2^22 + 1 points) and bn254_g2.dat of Aztec's Ignition reference string into that directory";
  if (bytes === undefined || bytes < LEAST_POINTS * POINT_BYTES || bytes % POINT_BYTES !== 0) {
    const found = bytes === undefined ? "is not there" : `has ${bytes} bytes`;
    throw new ReferenceStringError(`The reference string ${g1Path} ${found}. ${place}.`, { directory, bytes });
  }

  const first = await readStart(g1Path, 2 * POINT_BYTES);
  if (first.toString("hex") !== GENERATOR + IGNITION_ANCHORS.g1) {
    throw new ReferenceStringError(`The points in ${g1Path} are not Ignition's. ${place}.`, { directory });
  }
  const g2 = await readIfPresent(join(directory, "bn254_g2.dat"));
  if (g2?.toString("hex") !== IGNITION_ANCHORS.g2) {
    throw new ReferenceStringError(
      `The file ${join(directory, "bn254_g2.dat")} is not there or is not Ignition's. ${place}.`,
      { directory },
    );
  }

  const bb = await ignitionBb();
  return {
    kind: "ignition",
    directory,
    points: bytes / POINT_BYTES,
    bbPath: bb.path,
    id: contentHash("ignition", IGNITION_ANCHORS.g1, IGNITION_ANCHORS.g2, bb.hash),
  };
}

async function readStart(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return (await file.read(Buffer.alloc(bytes), 0, bytes, 0)).buffer;
  } finally {
    await file.close();
  }
}
