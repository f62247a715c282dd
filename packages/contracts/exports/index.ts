export { settlementAbi, testTokenAbi, verifierAbi } from "../ts/abi.generated.ts";
export {
  type EpochSubmission,
  type L1,
  type Mined,
  readAssetOf,
  readCredit,
  readSettled,
  settleEpoch,
  untilSafe,
} from "../ts/actions.ts";
export { type Claim, type Claimed, claim, claimFor } from "../ts/claim.ts";
export {
  type CompileOptions,
  type ContractArtifact,
  compileContracts,
  compileSources,
  linkCode,
} from "../ts/compileContracts.ts";
export {
  type Deployment,
  type DeployOptions,
  deploySettlement,
  deployTestToken,
  isLocalChain,
  type ReferenceStringKind,
  type Wallet,
} from "../ts/deploySettlement.ts";
export { type Deposited, depositEther, depositToken } from "../ts/deposit.ts";
export {
  AnvilError,
  DeploymentAddressError,
  DepositNotExpiredError,
  DepositUnknownError,
  DevelopmentReferenceStringError,
  SolidityCompileError,
  TokenNotRegisteredError,
  TokenRefusedError,
  TokenShrankError,
  TransactionRevertedError,
} from "../ts/errors.ts";
export {
  decodeSettle,
  type EventPage,
  type EventQuery,
  getDeposits,
  getEpochs,
  type QueuedDeposit,
  type SettledEpoch,
} from "../ts/events.ts";
export { abiFile, generateAbi, writeAbi } from "../ts/generateAbi.ts";
export { readRegistrationPrice, registerToken } from "../ts/registerToken.ts";
export { type Anvil, type AnvilOptions, anvilPath, startAnvil } from "../ts/startAnvil.ts";
export { type TakenBack, takeBack } from "../ts/takeBack.ts";
export { type UntilMinedOptions, untilMined } from "../ts/untilMined.ts";
