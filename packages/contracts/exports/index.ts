export { settlementAbi, testTokenAbi, verifierAbi } from "../ts/abi.generated.ts";
export {
  claim,
  depositEther,
  depositToken,
  type EpochSubmission,
  type L1,
  type Mined,
  readAssetOf,
  readCredit,
  readSettled,
  settleEpoch,
  untilSafe,
} from "../ts/actions.ts";
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
export {
  AnvilError,
  DeploymentAddressError,
  DevelopmentReferenceStringError,
  LayerOneAnswerError,
  SolidityCompileError,
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
export { layerOneTransport } from "../ts/layerOneTransport.ts";
export { type Anvil, type AnvilOptions, anvilPath, startAnvil } from "../ts/startAnvil.ts";
export { type UntilMinedOptions, untilMined } from "../ts/untilMined.ts";
