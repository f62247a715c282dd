import { deliverTo } from "./deliver.ts";
import { redeliver } from "./receivePosition.ts";
import type { Tree } from "./tree.ts";

/**
 * Sends every layer the time and its wanted position again, and the messages that the layer has not handled: any frame
 * may have been lost.
 */
export function restate(tree: Tree): void {
  // A quarantine may have ended.
  tree.isNetworkDirty = true;
  for (const layer of tree.layers.values()) {
    layer.told = "";
    layer.toldNetwork = "";
    tree.dirty.add(layer);
    redeliver(tree, layer);
    deliverTo(tree, layer);
  }
}
