import { open } from "node:fs/promises";
import { createPointPowers } from "@frond/foundation/node";
import { serve } from "../process/serve.ts";
import { DEVELOPMENT_TAU } from "./anchors.ts";

/**
 * Points `start` up to `end` of the development reference string are written to their place in `path`; each event is a
 * number of points done since the last.
 */
export type PointsRange = { readonly path: string; readonly start: number; readonly end: number };

const CHUNK = 2 ** 15;
const POINT_BYTES = 64;

serve({ writePoints });

async function writePoints({ path, start, end }: PointsRange, emit: (points: number) => void): Promise<void> {
  const pointPowers = createPointPowers(DEVELOPMENT_TAU);
  const file = await open(path, "r+");
  try {
    for (let first = start; first < end; first += CHUNK) {
      const count = Math.min(CHUNK, end - first);
      await file.write(pointPowers({ start: first, count }), 0, count * POINT_BYTES, first * POINT_BYTES);
      emit(count);
    }
  } finally {
    await file.close();
  }
}
