import { open } from "node:fs/promises";
import { getCurveFromName } from "ffjavascript";
import { serve } from "../process/serve.ts";
import { DEVELOPMENT_TAU } from "./anchors.ts";

/**
 * Points `start` up to `end` of the development reference string are written to their place in `path`; each event is a
 * number of points done since the last.
 */
export type PointsRange = { readonly path: string; readonly start: number; readonly end: number };

const CHUNK = 2 ** 15;
const JACOBIAN_BYTES = 96;
const POINT_BYTES = 64;

serve({ writePoints });

async function writePoints({ path, start, end }: PointsRange, emit: (points: number) => void): Promise<void> {
  const { G1, Fr } = await getCurveFromName("bn128", true);
  const file = await open(path, "r+");
  try {
    let point = G1.timesFr(G1.g, Fr.exp(Fr.e(DEVELOPMENT_TAU), start));
    for (let first = start; first < end; first += CHUNK) {
      const count = Math.min(CHUNK, end - first);
      const chunk = new Uint8Array(count * JACOBIAN_BYTES);
      for (let i = 0; i < count; i++) {
        chunk.set(point, i * JACOBIAN_BYTES);
        // The next power, tau = 5 = 2 * 2 + 1: far cheaper than a scalar multiplication.
        point = G1.add(G1.double(G1.double(point)), point);
      }
      await file.write(
        await G1.batchLEMtoU(await G1.batchToAffine(chunk)),
        0,
        count * POINT_BYTES,
        first * POINT_BYTES,
      );
      emit(count);
    }
  } finally {
    await file.close();
  }
}
