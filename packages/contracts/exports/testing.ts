export {
  contractErrorName,
  refusalOf,
  type SettlementAttack,
  settlementAttacks,
} from "../ts/testing/settlementAttacks.ts";
