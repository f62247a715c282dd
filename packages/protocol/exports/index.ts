export {
  type AggregateStatement,
  aggregatePublicInputs,
  messageSum,
  readAggregateStatement,
} from "../src/aggregate.ts";
export {
  BlockFeesError,
  BlockSizeError,
  type BlockStatement,
  type BlockWitness,
  blockPublicInputs,
  blockStatement,
  readBlockStatement,
} from "../src/block.ts";
export {
  type BlockSignature,
  type Equivocation,
  signBlock,
  statementHash,
  verifyBlockSignature,
  verifyEquivocation,
} from "../src/blockSignature.ts";
export {
  type BlockSize,
  blockSizeSchema,
  blockSizesSchema,
  FORCED_NAME,
  isForcedSize,
  MOST_PLACES,
  NAME_PATTERN,
  wholeBetween,
} from "../src/blockSize.ts";
export {
  BundleError,
  type BundleLeg,
  bundleId,
  isBundle,
  isLeg,
  type LinkMessages,
  linkBundle,
  linkMessage,
  linkMessagesOf,
  MAXIMUM_LEGS,
} from "../src/bundle.ts";
export { chainChunks, wholeChunks } from "../src/chainChunks.ts";
export {
  type BrokenMessageRule,
  brokenRuleOfConsumed,
  brokenRuleOfMessage,
  brokenRuleOfProduced,
  type MessageRule,
} from "../src/checkMessages.ts";
export {
  blockSignatureSchema,
  blockWitnessSchema,
  committeeSignatureSchema,
  equivocationSchema,
  escapeStatementSchema,
  fieldSchema,
  forcedItemSchema,
  forcedTransactionSchema,
  fromJson,
  fromJsonValue,
  holderSchema,
  integerSchema,
  type Json,
  layerConfigSchema,
  layerRecordSchema,
  MAXIMUM_ARGUMENTS,
  MalformedValueError,
  messageFromJson,
  messageSchema,
  messageToJson,
  pointSchema,
  preconfirmationSchema,
  settlementItemSchema,
  settlementListSchema,
  signatureSchema,
  signedExitSchema,
  toJson,
  toJsonValue,
  transactionFromJson,
  transactionSchema,
  transactionToJson,
  unsignedTransactionSchema,
  witnessSetSchema,
} from "../src/codec.ts";
export {
  type CommitteeSignature,
  committeeRoot,
  committeeTree,
  problemOfCommittee,
  signCommittee,
  verifyCommitteeSignature,
} from "../src/committeeSignature.ts";
export * from "../src/constants.ts";
export { countBelow } from "../src/countBelow.ts";
export {
  type BlockData,
  blockData,
  blockDataHash,
  type DataEntry,
  dataChain,
  dataEntries,
  dataHashOf,
} from "../src/data/blockData.ts";
export {
  CLASS_BITS,
  type DataRules,
  type EntryFormat,
  FIELD_CLASS,
  formatWordCount,
  headerBits,
  packedWordCount,
  streamBits,
  type ValueClass,
  valueClassOf,
} from "../src/data/entryFormat.ts";
export { entryWords, hiddenEntryWords, type WrittenEntry } from "../src/data/entryWords.ts";
export { EntryWordsError, NoFormatError } from "../src/data/errors.ts";
export { type PublishedEntry, readEntryWords } from "../src/data/readEntryWords.ts";
export {
  type DepositReference,
  DepositReferenceError,
  packDepositReference,
  unpackDepositReference,
} from "../src/depositReference.ts";
export {
  BLOB_MODULUS,
  DATA_WORDS,
  dataWords,
  type EpochData,
  EpochDataError,
  evaluateData,
  packTops,
  topOf,
} from "../src/epochData.ts";
export { type EpochWindow, EpochWindowError, packEpochWindow, unpackEpochWindow } from "../src/epochWindow.ts";
export { ethereumAddress } from "../src/ethereumAddress.ts";
export {
  claimIdOf,
  ExitRecipientError,
  type ExitStatement,
  exitPublicInputs,
  type Payout,
  PayoutRangeError,
  packPayout,
  payoutPlaces,
  payoutsHash,
  readExitStatement,
  type SignedExit,
  signExit,
  type UnsignedExit,
  verifyExit,
} from "../src/exit.ts";
export { FEE_RULES, type FeeRule, feeRuleSchema } from "../src/feeRule.ts";
export {
  admitForced,
  type ForcedAdmission,
  type ForcedItem,
  type ForcedTransaction,
  forcedHash,
  forcedMessage,
  forcedOf,
  forcedTransactionHash,
  forcedWords,
  isForcedSignatureValid,
  readForcedCall,
  readForcedWords,
} from "../src/forced.ts";
export { formatTime } from "../src/formatTime.ts";
export { type GeneratedFile, generatedFiles } from "../src/generate/generatedFiles.ts";
export { noirNames } from "../src/generate/noirRecords.ts";
export { genesisEntriesSchema } from "../src/genesisEntries.ts";
export { type Holder, type Holding, heldEntryKey, signHolding, verifyHolding } from "../src/holder.ts";
export {
  createGenesisTree,
  createIndexedTree,
  entryKey,
  type GenesisEntry,
  genesisStateRoot,
  type IndexedTree,
  type IndexedTreeOptions,
  type Leaf,
  type LeafStore,
  type LowLeaf,
  leafHash,
  leafHashOf,
  memoryLeafStore,
  memoryNodeStore,
  memoryTreeStores,
  type StateUpdate,
  StateUpdateError,
  valuesHash,
  type WitnessEntry,
  type WitnessInsert,
  type WitnessSet,
} from "../src/indexedTree.ts";
export { inTreeOrder } from "../src/inTreeOrder.ts";
export {
  bounces,
  carriesAsset,
  hasTime,
  isConsumedByBlocks,
  isForced,
  isForRecord,
  isFromLayerOne,
  isFromRecord,
  isLetter,
  isLink,
  isProducedByBlocks,
  isSentByL1,
} from "../src/kindRules.ts";
export { layerKeyTypedData, secretFromSignature, WalletSignatureError } from "../src/layerKey.ts";
export {
  createLayerConfig,
  deploymentIdOf,
  genesisRecord,
  isTrunk,
  type LayerConfig,
  type LayerRecord,
  layerConfigHash,
  layerIdOf,
  layerIdOfConfig,
  layerRoot,
  MOST_LEVELS,
  stateRootOf,
} from "../src/layerRecord.ts";
export {
  emptyTreeRoot,
  FixedTree,
  LeafIndexError,
  merkleRootFromPath,
  parentOf,
  type Siblings,
} from "../src/merkleTree.ts";
export {
  bounceOf,
  type Message,
  MessagePointError,
  messageFields,
  messageHash,
  messagePoint,
  messagesHash,
  TooManyMessagesError,
} from "../src/message.ts";
export {
  type Preconfirmation,
  type Promised,
  signPreconfirmations,
  verifyPreconfirmation,
} from "../src/preconfirmation.ts";
export { isReadable, MalformedSegmentsError, readSegments } from "../src/readSegments.ts";
export { freezeMessage, registeredMessage, upgradeMessage } from "../src/recordMessages.ts";
export { completeRecord, elementCount, fromElements, toElements, zeroRecord } from "../src/records.ts";
export {
  type Segment,
  SegmentError,
  type SegmentKind,
  segmentDigest,
  segmentPoint,
  segmentWords,
  type VaultMove,
  vaultMovesOf,
} from "../src/segment.ts";
export {
  challengeZ,
  commitment,
  decodeItems,
  encodeItems,
  evaluate,
  NO_BLOB,
  type SettlementItem,
  SettlementItemError,
  settlementItemOf,
} from "../src/settlementList.ts";
export { stageText } from "../src/stageText.ts";
export {
  createStateReader,
  type OpenedLeaf,
  type StateOpening,
  type StateReader,
  type StateSource,
  stateSourceOf,
  withHeldValues,
} from "../src/stateReader.ts";
export { DOMAINS } from "../src/tables/domains.ts";
export type { FieldTable, FieldTypes, RecordOf } from "../src/tables/fieldTypes.ts";
export { LAYER_CONFIG, LAYER_RECORD } from "../src/tables/layer.ts";
export { MESSAGE, POINT_HINT } from "../src/tables/message.ts";
export {
  type HandledKindName,
  handledKindNames,
  type KindName,
  type KindRules,
  kindNameOf,
  MESSAGE_KINDS,
  MessageKind,
  type SentKindName,
} from "../src/tables/messageKinds.ts";
export { PACKINGS, shiftOf } from "../src/tables/packings.ts";
export {
  AGGREGATE_STATEMENT,
  BLOCK_STATEMENT,
  ESCAPE_STATEMENT,
  EXIT_STATEMENT,
  SETTLEMENT_STATEMENT,
} from "../src/tables/publicInputs.ts";
export { STEP_KINDS } from "../src/tables/stepKinds.ts";
export {
  addressOf,
  type BundleLink,
  NO_LINK,
  packTransaction,
  signTransaction,
  type Transaction,
  TransactionRangeError,
  transactionFields,
  transactionHash,
  transactionSignature,
  type UnsignedTransaction,
  verifyTransactions,
} from "../src/transaction.ts";
export type { NodeStore } from "../src/treeHashes.ts";
