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
export { callEvery, type EveryOptions } from "../src/layer/callEvery.ts";
export { startNode } from "../src/layer/startNode.ts";
export type * from "../src/layer/types.ts";
export type { Door } from "../src/rpc/judgeRequest.ts";
export { type AddressLimits, defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { ListenError, listen, PortInUseError } from "../src/rpc/listen.ts";
