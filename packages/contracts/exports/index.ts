export { settlementAbi, testTokenAbi, verifierAbi } from "../ts/abi.generated.ts";
export {
  type BlobOpening,
  type EpochSubmission,
  encodeSettle,
  type L1,
  type Mined,
  readAssetOf,
  readCredit,
  readSettled,
  settleArguments,
  settleEpoch,
  simulateSettle,
  untilSafe,
} from "../ts/actions.ts";
export { atPending } from "../ts/atPending.ts";
export { BLOB_BYTES, blobOfWords, coefficientsOfBlob, wordsOfBlob } from "../ts/blob/blobWords.ts";
export {
  hashOfBlob,
  type OpenedBlob,
  openBlob,
  type SealedBlob,
  type Sidecar,
  sealBlob,
} from "../ts/blob/kzg.ts";
export { type Claim, type Claimed, claim, claimFor } from "../ts/claim.ts";
export {
  type CompileOptions,
  type ContractArtifact,
  compileContracts,
  compileSources,
  linkCode,
} from "../ts/compileContracts.ts";
export {
  demandFreeze,
  forcedItemWords,
  type OverdueTransaction,
  readForcedWaits,
  readFreezeGraceSeconds,
} from "../ts/demandFreeze.ts";
export {
  type Deployment,
  type DeployOptions,
  deploySettlement,
  deployTestToken,
  type Genesis,
  isLocalChain,
  type ReferenceStringKind,
  type Wallet,
} from "../ts/deploySettlement.ts";
export { type Deposited, depositEther, depositToken } from "../ts/deposit.ts";
export {
  DURATIONS,
  type DurationName,
  type Durations,
  durationNames,
  leavingSeconds,
  shortestNotice,
  shortestSeconds,
} from "../ts/durations.ts";
export {
  AnvilError,
  BalanceTooSmallError,
  BlobMalformedError,
  BlobWorkError,
  DeploymentAddressError,
  DepositNotExpiredError,
  DepositsMissingError,
  DepositUnknownError,
  DevelopmentReferenceStringError,
  EpochsMissingError,
  ForcedMissingError,
  GenesisMissingError,
  LayerFrozenError,
  LayerNotRegisteredError,
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
  type ForcedFilter,
  type ForcedTransactionEvent,
  findEpoch,
  getAnnounced,
  getDeposits,
  getEpochs,
  getForced,
  getGenesis,
  getUpgraded,
  type QueuedDeposit,
  type SettledEpoch,
} from "../ts/events.ts";
export { type Forced, force, readForcedMilliseconds, readForcedPrice } from "../ts/force.ts";
export { abiFile, generateAbi, writeAbi } from "../ts/generateAbi.ts";
export { isVerifierAt } from "../ts/isVerifierAt.ts";
export { layerOneTransport, layerOneUrls } from "../ts/layerOneTransport.ts";
export {
  createDepositReader,
  type DepositCursor,
  type DepositReader,
} from "../ts/reader/createDepositReader.ts";
export { createEpochReader } from "../ts/reader/createEpochReader.ts";
export { createForcedReader } from "../ts/reader/createForcedReader.ts";
export type { EventsPage, PageCursor, PageReader } from "../ts/reader/createPageReader.ts";
export { createUpgradeReader, type PendingUpgrade, type UpgradeReader } from "../ts/reader/createUpgradeReader.ts";
export {
  type DemandedFreeze,
  type LayerOnLayerOne,
  readDemandedFreezes,
  readLayer,
} from "../ts/readLayer.ts";
export { type DeployedCode, readDeploymentProgress, readFixedTerms, readTerms, type Terms } from "../ts/readTerms.ts";
export { readRegistrationPrice, registerToken } from "../ts/registerToken.ts";
export { type Retirement, readRetirement, retire } from "../ts/retire.ts";
export { revertOf } from "../ts/revertOf.ts";
export { createSender } from "../ts/sender/createSender.ts";
export { fileRecords, type SubmissionRecords } from "../ts/sender/records.ts";
export { sendingWallet } from "../ts/sender/sendingWallet.ts";
export type { Sender, SenderOptions } from "../ts/sender/state.ts";
export type { MinedAt } from "../ts/sender/submission.ts";
export { externalSigner } from "../ts/signer/externalSigner.ts";
export { localSigner } from "../ts/signer/localSigner.ts";
export type { Signer } from "../ts/signer/types.ts";
export { type Anvil, type AnvilOptions, anvilPath, startAnvil } from "../ts/startAnvil.ts";
export {
  type Escaped,
  type EscapeStatement,
  readClaimPaid,
  readEscaped,
  readReferenceStringKind,
  readRootKnown,
  submitEscape,
} from "../ts/submitEscape.ts";
export { type TakenBack, takeBack } from "../ts/takeBack.ts";
export { type UntilMinedOptions, untilMined } from "../ts/untilMined.ts";
export { announceUpgrade, cancelUpgrade, readUpgrade } from "../ts/upgrade.ts";
