import { L1_LAYER_ID } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";

/** How many items a block puts into the settlement list of its epoch (protocol.md 7): its messages from and to L1. */
export const listedItems = ({ consumed, produced }: Pick<BlockRecord, "consumed" | "produced">): number =>
  consumed.filter(({ message }) => message.from === L1_LAYER_ID).length +
  produced.filter(({ to }) => to === L1_LAYER_ID).length;
