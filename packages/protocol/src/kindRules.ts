import {
  type KindRules,
  type KindSender,
  kindNamesWhere,
  MESSAGE_KINDS,
  type MessageKind,
} from "./tables/messageKinds.ts";

/**
 * A question about a kind of message that TypeScript and the circuits answer alike, a number that is no kind's
 * included: `otherwise` for every number but those of the kinds listed. `kinds.nr` has a function of the same name.
 */
export type KindQuestion = { readonly otherwise: boolean; readonly kinds: readonly KindName[]; readonly about: string };
type KindName = ReturnType<typeof kindNamesWhere>[number];

/** Whether a block hands it to a handler, or sends it back for want of one. */
const isHandled = ({ takenBy, bounces }: KindRules) => takenBy === "handler" || bounces;

export const KIND_QUESTIONS = {
  hasTime: {
    otherwise: true,
    kinds: kindNamesWhere(({ hasTime }) => !hasTime),
    about: "Whether a message of this kind has the time of the block that produces it; if not, its time is 0.",
  },
  carriesAsset: {
    otherwise: true,
    kinds: kindNamesWhere(({ carriesAsset }) => !carriesAsset),
    about: "Whether a message of this kind may move an asset.",
  },
  bounces: {
    otherwise: true,
    kinds: kindNamesWhere((rules) => isHandled(rules) && !rules.bounces),
    about:
      "Whether a block sends a message of this kind back if it can't handle it. Asked only of what a block handles.",
  },
  isLink: {
    otherwise: false,
    kinds: kindNamesWhere(({ takenBy }) => takenBy === "leg"),
    about: "Whether a message of this kind is not handled but demanded by the leg of a bundle.",
  },
  isForRecord: {
    otherwise: false,
    kinds: kindNamesWhere(({ takenBy }) => takenBy === "record"),
    about: "Whether a message of this kind changes the layer's record, and is not for a block.",
  },
  isFromRecord: {
    otherwise: false,
    kinds: kindNamesWhere(({ sentBy }) => sentBy === "record"),
    about: "Whether a message of this kind comes of a change of the layer's record, and from no block.",
  },
  isFromLayerOne: {
    otherwise: false,
    kinds: kindNamesWhere(({ sentBy }) => sentBy === "l1"),
    about: "Whether a message of this kind comes from L1, and from no layer.",
  },
} as const satisfies { readonly [name: string]: KindQuestion };

/** The kinds that a block's places for messages take: to handle them, or for the legs of bundles. */
export const KINDS_OF_PLACES: readonly KindName[] = kindNamesWhere(
  (rules) => isHandled(rules) || rules.takenBy === "leg",
);
/** The kinds that a block may consume. Only a place for a forced transaction takes one. */
export const KINDS_OF_BLOCKS: readonly KindName[] = [
  ...KINDS_OF_PLACES,
  ...kindNamesWhere(({ takenBy }) => takenBy === "transaction"),
];

/** Whether a message of this kind has the time of the block that produces it; if not, its time is 0. */
export const hasTime = answer(KIND_QUESTIONS.hasTime);
/** Whether a message of this kind may move an asset. */
export const carriesAsset = answer(KIND_QUESTIONS.carriesAsset);
/** Whether a block sends a message of this kind back if it can't handle it. Asked only of what a block handles. */
export const bounces = answer(KIND_QUESTIONS.bounces);
/** Whether a message of this kind is not handled but demanded by the leg of a bundle, with which it travels. */
export const isLink = answer(KIND_QUESTIONS.isLink);
/** Whether a message of this kind changes the layer's record, and is not for a block. */
export const isForRecord = answer(KIND_QUESTIONS.isForRecord);
/** Whether a message of this kind is for the place of a forced transaction, which alone takes it. */
export const isForced = isOneOf(kindNamesWhere(({ takenBy }) => takenBy === "transaction"));
/** Whether a message of this kind comes of a change of the layer's record, and from no block. */
export const isFromRecord = answer(KIND_QUESTIONS.isFromRecord);
/** Whether a message of this kind comes from L1, and from no layer. */
export const isFromLayerOne = answer(KIND_QUESTIONS.isFromLayerOne);

/** Whether blocks of layers produce what a sender makes. The compiler asks for the answer for a new kind of sender. */
const IS_IN_BLOCKS: Readonly<Record<KindSender, boolean>> = {
  l1: false,
  application: true,
  block: true,
  record: false,
};

/** Whether a block of an honest layer may produce a message of this kind. False for a number that is no kind's. */
export const isProducedByBlocks = isOneOf(kindNamesWhere(({ sentBy }) => IS_IN_BLOCKS[sentBy]));
/** Whether a block's circuit takes a message of this kind. False for a number that is no kind's. */
export const isConsumedByBlocks = isOneOf(KINDS_OF_BLOCKS);
/** Whether L1 sends a message of this kind to a layer, for a block to consume. */
export const isSentByL1 = isOneOf(
  kindNamesWhere(({ sentBy }) => sentBy === "l1").filter((name) => KINDS_OF_BLOCKS.includes(name)),
);
/** Whether one layer sends a message of this kind to another, apart from what travels with the legs of a bundle. */
export const isLetter = (kind: MessageKind): boolean =>
  isProducedByBlocks(kind) && isConsumedByBlocks(kind) && !isLink(kind);

function isOneOf(kinds: readonly KindName[]): (kind: MessageKind) => boolean {
  return answer({ otherwise: false, kinds });
}

function answer({ otherwise, kinds }: Pick<KindQuestion, "otherwise" | "kinds">): (kind: MessageKind) => boolean {
  const numbers = new Set<number>(kinds.map((name) => MESSAGE_KINDS[name].number));
  return (kind) => numbers.has(kind) !== otherwise;
}
