export {
  type BundleStatus,
  type CoordinatorApi,
  createCoordinatorApi,
  type LayerListing,
  type NetworkStatus,
} from "../src/coordinatorApi.ts";
export {
  type Asset,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  deriveLayerSecret,
  type ForceOptions,
  type LayerKeySigner,
} from "../src/createClient.ts";
export {
  type ClientOf,
  createNetworkClient,
  type NetworkClient,
  type NetworkClientOptions,
} from "../src/createNetworkClient.ts";
export * from "../src/errors.ts";
export type {
  EventFilter,
  EventPage,
  EventQuery,
  EventReader,
  EventReaders,
  LayerEvent,
  WatchOptions,
} from "../src/events.ts";
export { type CallToForce, type ForcedCall, forceCall } from "../src/forceCall.ts";
export {
  type HeldEntry,
  type HeldNow,
  type HoldOptions,
  type KeepHoldingOptions,
  NothingToHoldError,
} from "../src/holdEntry.ts";
export type { ForcedStatus, LayerInfo, NodeApi, TransactionStatus } from "../src/nodeApi.ts";
export { type PreparedCall, type SentBundle, sendBundle } from "../src/sendBundle.ts";
export type { SentTransaction, WaitOptions } from "../src/sentTransaction.ts";
export { createTransport, type RpcCall, type RpcOutcome, type Transport } from "../src/transport.ts";
export type { ViewOptions, Views } from "../src/views.ts";
