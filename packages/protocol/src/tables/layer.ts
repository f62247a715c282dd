import { DataAvailability } from "../constants.ts";
import type { FieldTable } from "./fieldTypes.ts";

/** What a layer is: fixed from its registration on, but for upgrades by its owner. */
export const LAYER_CONFIG = {
  parentId: { type: "field", about: "The layer above; L1 for the trunk." },
  index: { type: "field", about: "The layer's place among its parent's children; the trunk's names the deployment." },
  blockKeysRoot: {
    type: "field",
    about: "Root of the tree over the hashes of the verification keys that the layer's blocks may be proven with.",
  },
  sequencerKey: { type: "point", about: "The public key that signs the layer's promises and blocks." },
  genesisStateRoot: {
    type: "field",
    about: "The root of the state before the first block. Clients compare it with the application's.",
  },
  dataAvailability: {
    type: "dataAvailability",
    about: "Where the data of blocks is kept (docs/protocol.md 9). A rollup's blocks leave nothing to a committee.",
    default: DataAvailability.rollup,
  },
  committeeRoot: { type: "field", about: "The tree of the hashes of the committee's keys.", default: 0n },
  committeeThreshold: {
    type: "u32",
    about: "How many members of the committee must sign for what a block does not publish.",
    default: 0,
  },
  owner: {
    type: "field",
    about: "The address of L1 that may announce another config for the layer; 0 for nobody.",
    default: 0n,
  },
} as const satisfies FieldTable;

/** One layer at one moment. */
export const LAYER_RECORD = {
  layerId: { type: "field", about: "`H(parentId, index)`." },
  configHash: { type: "field", about: "The hash of the layer's config." },
  stateRoot: { type: "field", about: "The root of the layer's state, with the number of its entries." },
  time: { type: "time", about: "The time of the last block; 0 before the first." },
  childrenRoot: { type: "field", about: "Tree of the roots of the layer's children, by index." },
  vaultRoot: { type: "field", about: "Tree of how much the layer holds of each asset, by the asset's number." },
  flags: { type: "field", about: "Bit 0: frozen." },
} as const satisfies FieldTable;
