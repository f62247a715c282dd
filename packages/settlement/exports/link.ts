export {
  createLayerLink,
  type LayerCommittee,
  type LayerLink,
  type LayerLinkDependencies,
  type LayerLinkOptions,
} from "../src/link/createLayerLink.ts";
export { type SignedLayer, signLayer } from "../src/link/signedLayer.ts";
