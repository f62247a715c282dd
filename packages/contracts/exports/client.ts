// What an account does on L1, and nothing else: no file of it needs Node, so that pages load it.
export { settlementAbi } from "../ts/abi.generated.ts";
export { type AccountL1, type Mined, readAssetOf, readCredit } from "../ts/actions.ts";
export { type Claim, type Claimed, claim, claimFor } from "../ts/claim.ts";
export type { Wallet } from "../ts/deploySettlement.ts";
export { type Deposited, depositEther, depositToken } from "../ts/deposit.ts";
export { type Forced, force, readForcedMilliseconds, readForcedPrice } from "../ts/force.ts";
export { type LayerOneClient, layerOneClient } from "../ts/layerOneClient.ts";
export { readLayer } from "../ts/readLayer.ts";
export { readRegistrationPrice, registerToken } from "../ts/registerToken.ts";
export { revertOf } from "../ts/revertOf.ts";
export {
  type Escaped,
  type EscapeStatement,
  readClaimPaid,
  readEscaped,
  readRootKnown,
  submitEscape,
} from "../ts/submitEscape.ts";
export { type TakenBack, takeBack } from "../ts/takeBack.ts";
