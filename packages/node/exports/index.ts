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
export { callEverySlot, type EverySlotOptions } from "../src/layer/callEverySlot.ts";
export { programDigest, startNode } from "../src/layer/startNode.ts";
export type * from "../src/layer/types.ts";
export { defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { ListenError, type ListenOptions, listen, PortInUseError } from "../src/rpc/listen.ts";
