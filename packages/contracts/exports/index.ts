export { settlementAbi, testTokenAbi, verifierAbi } from "../ts/abi.generated.ts";
export {
  type EpochSubmission,
  encodeSettle,
  type L1,
  type Mined,
  readAssetOf,
  readCredit,
  readSettled,
  settleEpoch,
  simulateSettle,
  untilSafe,
} from "../ts/actions.ts";
export { atPending } from "../ts/atPending.ts";
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
  BalanceTooSmallError,
  DeploymentAddressError,
  DepositNotExpiredError,
  DepositsMissingError,
  DepositUnknownError,
  DevelopmentReferenceStringError,
  LayerOneAnswerError,
  SolidityCompileError,
  TokenNotRegisteredError,
  TokenRefusedError,
  TokenShrankError,
  TransactionReplacedError,
  TransactionRevertedError,
} from "../ts/errors.ts";
export {
  decodeSettle,
  type EventPage,
  type EventQuery,
  findEpoch,
  getDeposits,
  getEpochs,
  type QueuedDeposit,
  type SettledEpoch,
} from "../ts/events.ts";
export { abiFile, generateAbi, writeAbi } from "../ts/generateAbi.ts";
export { layerOneTransport, layerOneUrls } from "../ts/layerOneTransport.ts";
export {
  createDepositReader,
  type DepositCursor,
  type DepositReader,
} from "../ts/reader/createDepositReader.ts";
export { readRegistrationPrice, registerToken } from "../ts/registerToken.ts";
export { createSender } from "../ts/sender/createSender.ts";
export { fileRecords, type SubmissionRecords } from "../ts/sender/records.ts";
export { sendingWallet } from "../ts/sender/sendingWallet.ts";
export type { Sender, SenderOptions } from "../ts/sender/state.ts";
export type { MinedAt } from "../ts/sender/submission.ts";
export { externalSigner } from "../ts/signer/externalSigner.ts";
export { localSigner } from "../ts/signer/localSigner.ts";
export type { Signer } from "../ts/signer/types.ts";
export { type Anvil, type AnvilOptions, anvilPath, startAnvil } from "../ts/startAnvil.ts";
export { type TakenBack, takeBack } from "../ts/takeBack.ts";
export { type UntilMinedOptions, untilMined } from "../ts/untilMined.ts";
