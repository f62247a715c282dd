export {
  type Asset,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  deriveLayerSecret,
  type SentTransaction,
} from "../src/createClient.ts";
export * from "../src/errors.ts";
export type { LayerInfo, NodeApi, TransactionStatus } from "../src/nodeApi.ts";
export { createTransport, type RpcCall, type RpcOutcome, type Transport } from "../src/transport.ts";
