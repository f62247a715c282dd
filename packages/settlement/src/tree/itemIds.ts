/**
 * L1 counts deposits and forced transactions from 0, each by themselves. Here they have numbers of one row, so that
 * whatever is done with one by its number is done with the other: those of forced transactions begin at this one.
 */
const FIRST_FORCED = 2 ** 48;

export function isForcedId(id: number): boolean {
  return id >= FIRST_FORCED;
}

/** The number here of a forced transaction of L1. */
export function forcedId(idOnLayerOne: number): number {
  return FIRST_FORCED + idOnLayerOne;
}

/** The number on L1 of a deposit or a forced transaction. */
export function idOnLayerOne(id: number): number {
  return isForcedId(id) ? id - FIRST_FORCED : id;
}
