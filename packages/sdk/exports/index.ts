export { type Claim, type Claimed, claim, claimFor, layerOneClient } from "@frond/contracts/client";
export { toJson } from "@frond/protocol";
export {
  type ApplicationDeclaration,
  type BlockContent,
  type BlockHead,
  type BlockReader,
  type BlockTransaction,
  createBlockReader,
  type ParameterDeclaration,
  type ScalarDeclaration,
} from "../src/blocks.ts";
export { createCaller, parseAnswer } from "../src/callRpc.ts";
export {
  type BundleStatus,
  type CoordinatorApi,
  createCoordinatorApi,
  type LayerListing,
  type NetworkStatus,
  networkStatusSchema,
} from "../src/coordinatorApi.ts";
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type ForceOptions,
} from "../src/createClient.ts";
export {
  type ClientOf,
  createNetworkClient,
  type NetworkClient,
  type NetworkClientOptions,
} from "../src/createNetworkClient.ts";
export {
  createReader,
  type EntryListener,
  type EntryReader,
  type Methods,
  type Reader,
  type ReaderOptions,
} from "../src/createReader.ts";
export { deriveLayerSecret, type LayerKeySigner } from "../src/deriveLayerSecret.ts";
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
export {
  type Asset,
  createClaimActions,
  type LayerOneActions,
  type OpenLayerOne,
  openLayerOne,
} from "../src/layerOneActions.ts";
export {
  createNodeApi,
  type ForcedStatus,
  type LayerInfo,
  type NodeApi,
  type TransactionStatus,
} from "../src/nodeApi.ts";
export { readInterface, type ToldGenesis, type ToldInterface } from "../src/readInterface.ts";
export { type PreparedCall, type SentBundle, sendBundle } from "../src/sendBundle.ts";
export type { SentTransaction, WaitOptions } from "../src/sentTransaction.ts";
export type { FailurePlace, SimulatedChange, Simulation } from "../src/simulateCall.ts";
export { createTransport } from "../src/transport/createTransport.ts";
export type {
  ConnectionState,
  RpcCall,
  RpcOutcome,
  SubscriptionListener,
  Topic,
  Transport,
  TransportOptions,
  Unsubscribe,
} from "../src/transport/types.ts";
export { isAway } from "../src/unlessAway.ts";
export type { ViewOptions, Views } from "../src/views.ts";
export { type ConnectOptions, connectWallet } from "../src/wallet/connectWallet.ts";
export { type DiscoveredWallet, discoverWallets, type Provider } from "../src/wallet/discoverWallets.ts";
