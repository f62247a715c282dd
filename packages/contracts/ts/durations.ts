const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** How far a prover may be ahead of L1's clock. On a local chain nothing is shorter, so that tests need not wait. */
const TOLERANCE_SECONDS = 15;

/** What the contract takes at its deployment, in seconds: never less than `minimum` except on a local chain. */
export type DurationBounds = { readonly default: number; readonly minimum: number; readonly maximum: number };

/** The durations of a deployment, which nothing can change (`Durations.sol`). */
export const DURATIONS = {
  /** For how long after an epoch settled only the proposer may settle the next one. */
  exclusiveSeconds: { default: 600, minimum: 0, maximum: 12 * HOUR_SECONDS },
  /** How long a layer has for a forced transaction. */
  forcedSeconds: { default: DAY_SECONDS, minimum: HOUR_SECONDS, maximum: 30 * DAY_SECONDS },
  /** How long before the end of an epoch a freeze was demanded that the epoch has to list. */
  freezeGraceSeconds: { default: HOUR_SECONDS, minimum: 600, maximum: DAY_SECONDS },
  /** How long an upgrade is announced before an epoch may list it. */
  upgradeSeconds: {
    default: 30 * DAY_SECONDS,
    minimum: leavingSeconds({ forcedSeconds: HOUR_SECONDS, freezeGraceSeconds: 600, retireSeconds: DAY_SECONDS }) + 1,
    maximum: 365 * DAY_SECONDS,
  },
  /** After how long without an epoch anybody may retire the deployment. */
  retireSeconds: { default: 14 * DAY_SECONDS, minimum: DAY_SECONDS, maximum: 365 * DAY_SECONDS },
} as const satisfies Readonly<Record<string, DurationBounds>>;

export type DurationName = keyof typeof DURATIONS;
export type Durations = Readonly<Record<DurationName, number>>;

export const durationNames = Object.keys(DURATIONS) as DurationName[];

/** The shortest that the contract takes for a duration on a chain. */
export function shortestSeconds(name: DurationName, { isLocal }: { readonly isLocal: boolean }): number {
  const { minimum } = DURATIONS[name];
  return isLocal ? Math.min(minimum, TOLERANCE_SECONDS + 1) : minimum;
}

/**
 * The shortest `upgradeSeconds` that the contract takes on a chain that is not local: whoever forces a transaction when
 * an upgrade is announced, and is ignored, has the layer frozen or the deployment retired before the upgrade.
 */
export function shortestNotice(durations: Durations): number {
  return leavingSeconds(durations) + 1;
}

/**
 * From a forced transaction that a layer ignores to the layer's freeze, or to the end of the deployment, if that is
 * demanded at once: the settled time may fall behind by `retireSeconds`.
 */
export function leavingSeconds({
  forcedSeconds,
  freezeGraceSeconds,
  retireSeconds,
}: Readonly<Record<"forcedSeconds" | "freezeGraceSeconds" | "retireSeconds", number>>): number {
  return forcedSeconds + freezeGraceSeconds + retireSeconds;
}
