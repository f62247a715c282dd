export { MemberAnswerError } from "../src/client/askMember.ts";
export type { SealedBlocks } from "../src/client/catchUp.ts";
export { type CollectOptions, CommitteeSilentError, collectSignatures } from "../src/client/collectSignatures.ts";
export {
  type Collector,
  type CollectorDependencies,
  type CollectorOptions,
  type CommitteeStatus,
  createCollector,
} from "../src/client/createCollector.ts";
export { CommitteeDataError, readCommitteeBlock, readCommitteeWords } from "../src/client/readCommitteeWords.ts";
export { type Code, codeOf, encodeShares, rebuildWords, SharesError } from "../src/code/shares.ts";
export { bytesToWords, wordsToBytes } from "../src/code/wordBytes.ts";
export { MOST_MEMBERS, MOST_WORDS } from "../src/limits.ts";
export {
  createMember,
  defaultMemberLimits,
  type Member,
  type MemberLimits,
  type MemberOptions,
  type OfferedBlock,
  type Page,
  type ServedLayer,
} from "../src/member/createMember.ts";
export { CommitteeConfigError, MemberError } from "../src/member/errors.ts";
export {
  type CommitteeFile,
  committeeFileSchema,
  committeeSchema,
  type MemberLayer,
  memberLayerOf,
  requireCommittee,
} from "../src/member/memberLayer.ts";
export { PUBLIC_KEY_PATTERN, parsePublicKey, publicKeyToText } from "../src/publicKeyText.ts";
export type * from "../src/types.ts";
export {
  layerParamsSchema,
  missingParamsSchema,
  offeredBlockSchema,
  pageParamsSchema,
  shareParamsSchema,
  toWire,
} from "../src/wire/schemas.ts";
