import { homedir } from "node:os";
import { join } from "node:path";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { ReferenceStringError } from "../errors.ts";
import type { OnProgress, ReferenceString } from "../types.ts";
import { DEVELOPMENT_POINTS, developmentReferenceString } from "./development.ts";
import { ignitionReferenceString } from "./ignition.ts";

export type ReferenceStringOptions = {
  readonly kind: "development" | "ignition";
  /** The cache directory; `~/.cache/frond` by default. */
  readonly directory?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** For tests: fewer points are made faster. Development only. */
  readonly points?: number | undefined;
  /** Where Ignition's files are: `$CRS_PATH` or `~/.bb-crs` by default, as for `bb` itself. */
  readonly ignitionDirectory?: string | undefined;
};

/**
 * The reference string and the `bb` that belongs to it. The development one is made once (about eight seconds of
 * CPU, 256 MiB) under `directory`, in processes of its own, and checked by its hash at each later start. Ignition's
 * is only found and checked.
 * @throws ReferenceStringError, TrustAnchorError
 */
export async function createReferenceString(options: ReferenceStringOptions): Promise<ReferenceString> {
  const { kind, directory = defaultCacheDirectory(), onProgress } = options;
  if (kind === "development") {
    return developmentReferenceString({ directory, onProgress, points: options.points ?? DEVELOPMENT_POINTS });
  }
  if (kind !== "ignition")
    throw new ReferenceStringError(`There is no reference string "${kind}". Choose "development" or "ignition".`, {
      kind,
    });
  return ignitionReferenceString(options.ignitionDirectory ?? (process.env.CRS_PATH || join(homedir(), ".bb-crs")));
}
