import { type Field, fieldToHex } from "@frond/foundation";
import { createCoordinatorApi } from "./coordinatorApi.ts";
import { LayerNotInNetworkError } from "./errors.ts";
import type { NodeApi } from "./nodeApi.ts";
import { createTransport } from "./transport/createTransport.ts";

/**
 * Checks that a deposit to a layer can arrive: L1 knows only which layers are registered. The coordinator has to
 * list the layer, where its address is known, and must not have refused the node.
 *
 * @throws {@link LayerNotInNetworkError}
 * @throws TransportError when node or coordinator do not answer
 */
export async function requireInNetwork(
  layerId: Field,
  { node, coordinator }: { readonly node: NodeApi; readonly coordinator: string | undefined },
): Promise<void> {
  const refuse = (reason: string) => new LayerNotInNetworkError({ layer: fieldToHex(layerId), reason });
  const { stages = {} } = await node.status();
  if (Object.values(stages).some((stage) => stage.coordinator === "refused")) {
    throw refuse("the coordinator refuses its node");
  }
  if (coordinator === undefined) return;
  const transport = createTransport(coordinator);
  try {
    const listed = await createCoordinatorApi(transport).layers();
    if (!listed.some((listing) => listing.layerId === layerId)) throw refuse("the network has no such layer");
  } finally {
    await transport.close();
  }
}
