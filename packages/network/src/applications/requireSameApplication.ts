import { programChanges } from "@frond/language/loading";
import { readOutlineFile } from "../directory/outlineFile.ts";
import { ApplicationChangedError } from "../errors.ts";
import type { AnyApplication } from "./anyApplication.ts";

/**
 * Checks that the application of a layer is the one that the layer was made with. A layer that does not exist yet, or
 * that was made before layers kept an outline, passes: its circuits are compared later, by their keys.
 * @throws {@link ApplicationChangedError}, which lists the changed methods, entries of the state and constants
 */
export function requireSameApplication(
  { program }: Pick<AnyApplication, "program">,
  { dataDirectory, layer }: { readonly dataDirectory: string; readonly layer: string },
): void {
  const outline = readOutlineFile(dataDirectory, layer);
  if (outline === undefined) return;
  const changes = programChanges(outline, program);
  if (changes.length > 0) throw new ApplicationChangedError(layer, changes);
}
