import { FrondError } from "@frond/foundation";
import { outlineOf, programChanges } from "@frond/language/loading";
import { storeIdentityOf } from "@frond/node";
import { renewIdentity } from "@frond/store";
import type { NetworkConfig } from "../configuration/types.ts";
import { readLayerFile, storeDirectory } from "../directory/layerFile.ts";
import { readOutlineFile, writeOutlineFile } from "../directory/outlineFile.ts";

type Layers = Pick<NetworkConfig, "layers">;

/**
 * Checks that changed applications can go on with the state as it is: every entry has the shape that it had.
 * @throws StateChangedError
 */
export function requireSameState({ layers }: Layers, dataDirectory: string): void {
  for (const { name, application } of layers) {
    const before = readOutlineFile(dataDirectory, name);
    if (before === undefined) continue;
    const after = outlineOf(application.program);
    if (JSON.stringify([before.state, before.data]) === JSON.stringify([after.state, after.data])) continue;
    // The same methods on both sides: what is left are the changes of the state.
    throw new StateChangedError(
      name,
      programChanges({ ...before, procedures: after.procedures, hasFee: after.hasFee }, application.program),
    );
  }
}

/** Lets the layers of a data directory run the applications as they are now. Nothing may run there. */
export async function adoptPrograms({ layers }: Layers, dataDirectory: string): Promise<void> {
  for (const { name, application } of layers) {
    const file = readLayerFile(dataDirectory, name);
    if (file === undefined) continue;
    await renewIdentity(storeDirectory(dataDirectory, name), storeIdentityOf(application.program, file.layerId));
    writeOutlineFile(dataDirectory, name, outlineOf(application.program));
  }
}

/** The kept state does not fit a changed application. */
class StateChangedError extends FrondError {
  constructor(layer: string, changes: readonly string[]) {
    super({
      code: "network/state-changed",
      message: `The state of layer ${layer} has another shape, so the kept one can't be used:\n  ${changes.join("\n  ")}\nUndo that, or start again without --keep.`,
      data: { layer, changes },
    });
  }
}
