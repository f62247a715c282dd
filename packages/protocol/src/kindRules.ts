import { type KindRules, kindNamesWhere, MESSAGE_KINDS, type MessageKind } from "./tables/messageKinds.ts";

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
} as const satisfies { readonly [name: string]: KindQuestion };

/** The kinds that a block may consume. */
export const KINDS_OF_BLOCKS: readonly KindName[] = kindNamesWhere(
  (rules) => isHandled(rules) || rules.takenBy === "leg",
);

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

function answer({ otherwise, kinds }: KindQuestion): (kind: MessageKind) => boolean {
  const numbers = new Set<number>(kinds.map((name) => MESSAGE_KINDS[name].number));
  return (kind) => numbers.has(kind) !== otherwise;
}
