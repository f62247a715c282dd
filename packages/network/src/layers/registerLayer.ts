import { toJsonValue } from "@frond/protocol";
import { createTransport } from "@frond/sdk";
import type { LayerFile } from "../directory/layerFile.ts";
import { signedLayerOf } from "./signedLayerOf.ts";

/** Registers a layer with the coordinator at an address. Registering it again changes nothing. */
export async function registerLayer(coordinatorUrl: string, layer: LayerFile): Promise<void> {
  const transport = createTransport(coordinatorUrl);
  try {
    const question = { method: "frond_registerLayer", params: toJsonValue(signedLayerOf(layer)) };
    const [outcome] = await transport.send([question]);
    if (outcome?.ok !== true) throw outcome?.error;
  } finally {
    await transport.close();
  }
}
