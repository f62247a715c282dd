export {
  type CoordinatorApi,
  coordinatorMethods,
  type Deployment,
  type ReadLayerOne,
  type Registration,
} from "../src/coordinator/coordinatorMethods.ts";
export {
  type CoordinatorServer,
  type CoordinatorServerOptions,
  startCoordinatorServer,
} from "../src/coordinator/startCoordinatorServer.ts";
export {
  type FollowerServer,
  type FollowerServerOptions,
  startFollowerServer,
} from "../src/follower/startFollowerServer.ts";
export { callEvery, type EveryOptions } from "../src/layer/callEvery.ts";
export { startNode, storeIdentityOf } from "../src/layer/startNode.ts";
export type * from "../src/layer/types.ts";
export { type MemberServer, type MemberServerOptions, startMemberServer } from "../src/member/startMemberServer.ts";
export type { Door } from "../src/rpc/judgeRequest.ts";
export { type AddressLimits, defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { ListenError, listen, PortInUseError } from "../src/rpc/listen.ts";
export type { Page } from "../src/rpc/serveHttp.ts";
