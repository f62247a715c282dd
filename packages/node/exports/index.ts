export { callEverySlot, type EverySlotOptions } from "../src/callEverySlot.ts";
export {
  type CoordinatorApi,
  coordinatorMethods,
  type Deployment,
  type Registration,
} from "../src/coordinator/coordinatorMethods.ts";
export {
  type CoordinatorServer,
  type CoordinatorServerOptions,
  startCoordinatorServer,
} from "../src/coordinator/startCoordinatorServer.ts";
export type { Door } from "../src/rpc/judgeRequest.ts";
export { type AddressLimits, defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { programDigest, startNode } from "../src/startNode.ts";
export type * from "../src/types.ts";
