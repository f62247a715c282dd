export { type RpcProxy, type Said, startRpcProxy } from "../ts/testing/rpcProxy.ts";
export {
  contractErrorName,
  refusalOf,
  type SettlementAttack,
  settlementAttacks,
} from "../ts/testing/settlementAttacks.ts";
export { createTestNetwork, type TestNetwork } from "../ts/testing/testNetwork.ts";
