import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { createReferenceString } from "../crs/createReferenceString.ts";
import type { ReferenceString } from "../types.ts";
import { temporaryDirectory } from "./temporaryDirectory.ts";

/**
 * A cache directory that is removed after the tests of the file, with the development reference string of this machine
 * in it.
 */
export function temporaryCache(): { readonly directory: string; referenceString(): Promise<ReferenceString> } {
  const directory = temporaryDirectory();
  return {
    directory,
    async referenceString() {
      await createReferenceString({ kind: "development" });
      mkdirSync(directory, { recursive: true });
      symlinkSync(join(defaultCacheDirectory(), "crs"), join(directory, "crs"));
      return createReferenceString({ kind: "development", directory });
    },
  };
}
