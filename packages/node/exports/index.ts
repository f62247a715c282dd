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
export { defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { ListenError, type ListenOptions, listen, PortInUseError } from "../src/rpc/listen.ts";
export { programDigest, startNode } from "../src/startNode.ts";
export type * from "../src/types.ts";
