export { type AggregateStatement, aggregatePublicInputs, messageSum } from "../src/aggregate.ts";
export {
  BlockFeesError,
  BlockSizeError,
  type BlockStatement,
  type BlockWitness,
  blockStatement,
  dataHash,
} from "../src/block.ts";
export {
  type BlockSignature,
  type Equivocation,
  signBlock,
  statementHash,
  verifyBlockSignature,
  verifyEquivocation,
} from "../src/blockSignature.ts";
export type { BlockSize } from "../src/blockSize.ts";
export {
  BundleError,
  type BundleLeg,
  bundleId,
  isBundle,
  isLeg,
  type LinkMessages,
  linkBundle,
  linkMessagesOf,
  MAXIMUM_LEGS,
} from "../src/bundle.ts";
export {
  blockSignatureSchema,
  blockWitnessSchema,
  equivocationSchema,
  fieldSchema,
  fromJson,
  fromJsonValue,
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
  toJson,
  toJsonValue,
  transactionFromJson,
  transactionSchema,
  transactionToJson,
  unsignedTransactionSchema,
  witnessSetSchema,
} from "../src/codec.ts";
export * from "../src/constants.ts";
export {
  generatedConstantFiles,
  generateNoirConstants,
  generateSolidityConstants,
} from "../src/constantsText.ts";
export {
  createIndexedTree,
  entryKey,
  genesisStateRoot,
  type IndexedTree,
  type IndexedTreeOptions,
  type Leaf,
  type LeafStore,
  type LowLeaf,
  leafHash,
  memoryLeafStore,
  memoryNodeStore,
  memoryTreeStores,
  type NodeStore,
  type StateUpdate,
  StateUpdateError,
  type WitnessEntry,
  type WitnessInsert,
  type WitnessSet,
} from "../src/indexedTree.ts";
export { layerKeyTypedData, secretFromSignature, WalletSignatureError } from "../src/layerKey.ts";
export {
  deploymentIdOf,
  genesisRecord,
  isTrunk,
  type LayerConfig,
  type LayerRecord,
  layerConfigHash,
  layerIdOf,
  layerIdOfConfig,
  layerRoot,
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
export {
  challengeZ,
  commitment,
  decodeItems,
  encodeItems,
  evaluate,
  type SettlementItem,
  SettlementItemError,
  settlementItemOf,
} from "../src/settlementList.ts";
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
