export { defaultRpcLimits, type RpcLimits } from "../src/rpc/limits.ts";
export { startNode } from "../src/startNode.ts";
export type * from "../src/types.ts";
