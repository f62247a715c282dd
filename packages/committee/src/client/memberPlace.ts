/** What is known of one member while a layer runs. Plain data: whoever reads a clock passes the milliseconds. */
export type MemberPlace = {
  /** It has all blocks up to this one, or will never have them. */
  readonly through: number;
  /** It may lack blocks above `through` that others have signed for. */
  readonly isBehind: boolean;
  /** Why it lacks them; undefined while it is not known that it does. */
  readonly reason: string | undefined;
  /** When it is tried again, and how long the pause after that is if it fails. */
  readonly retryAt: number;
  readonly pauseMilliseconds: number;
};

const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** Nobody knows what a member has that was not asked since the start. */
export const unknownPlace: MemberPlace = {
  through: 0,
  isBehind: true,
  reason: undefined,
  retryAt: 0,
  pauseMilliseconds: FIRST_PAUSE_MILLISECONDS,
};

/** It did not take a block: it is tried again later, and later each time. */
export function noteFailed(place: MemberPlace, reason: string, nowMilliseconds: number): MemberPlace {
  const { pauseMilliseconds } = place;
  return {
    ...place,
    isBehind: true,
    reason,
    retryAt: nowMilliseconds + pauseMilliseconds,
    pauseMilliseconds: Math.min(2 * pauseMilliseconds, LONGEST_PAUSE_MILLISECONDS),
  };
}

/** It has everything up to `through`. */
export function noteHolds(place: MemberPlace, through: number, isLast: boolean): MemberPlace {
  return { ...unknownPlace, through: Math.max(place.through, through), isBehind: !isLast };
}

/** Blocks above `last` are gone, and others will have their numbers. */
export function noteSetBack(place: MemberPlace, last: number): MemberPlace {
  return { ...place, through: Math.min(place.through, last), isBehind: true };
}
