import { type SignedLayer, signLayer } from "@frond/settlement/link";
import { knownLayerOf, type LayerFile } from "../directory/layerFile.ts";

/** What the coordinator is told of a layer, signed by the layer's sequencer. */
export function signedLayerOf(layer: LayerFile): SignedLayer {
  return signLayer(knownLayerOf(layer), layer.sequencerSecret);
}
