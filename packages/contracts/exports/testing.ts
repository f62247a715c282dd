export { escapesOf, type Share } from "../ts/testing/escaping.ts";
export { demandFreezeOf, forcedItem, forceOn, freezeItem, freezeLayer } from "../ts/testing/forcing.ts";
export { type RpcProxy, type Said, startRpcProxy } from "../ts/testing/rpcProxy.ts";
export {
  contractErrorName,
  refusalOf,
  type SettlementAttack,
  settlementAttacks,
} from "../ts/testing/settlementAttacks.ts";
export { createStandInProver, type StandInProver } from "../ts/testing/standInProver.ts";
export { createTestNetwork, publicInputsOf, type TestNetwork } from "../ts/testing/testNetwork.ts";
