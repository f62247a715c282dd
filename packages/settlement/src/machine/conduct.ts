/**
 * How far a layer is believed, as a result of its conduct. Durable. A layer is believed once one of its blocks has
 * settled, or because the tree was deployed with the layer. A layer that is not believed, or in quarantine, sends
 * nothing to other layers, receives nothing from other layers, and takes part in no bundle: so the layer can set back
 * nobody. Proofs of the layer's blocks would not be enough: other layers also go back if the layer does not consume an
 * answer.
 */
export type Conduct = {
  readonly isEstablished: boolean;
  /** How often others were set back because of it, less what it has lived down. */
  readonly offences: number;
  /** When its quarantine ends, in milliseconds since 1970; 0 if it never was in one. */
  readonly quarantinedUntil: number;
  /** The epoch of the last offence; 0 if there is none. */
  readonly offendedIn: number;
  /** Epochs since the last offence in which a block of it has settled. */
  readonly goodEpochs: number;
};

export const founding: Conduct = {
  isEstablished: true,
  offences: 0,
  quarantinedUntil: 0,
  offendedIn: 0,
  goodEpochs: 0,
};
export const unknown: Conduct = { ...founding, isEstablished: false };

/**
 * Milliseconds of the first quarantine. Each further one is twice as long, up to so many times: an honest layer whose
 * process dies again and again looks the same, and all that is promised to it waits.
 */
const FIRST_QUARANTINE_MILLISECONDS = 30_000;
const MOST_DOUBLINGS = 4;
/** So many good epochs in a row live down one offence. */
const EPOCHS_TO_LIVE_DOWN = 8;

/**
 * Others were set back in `epoch` because of the layer. At most one offence counts in an epoch. `now` is in
 * milliseconds since 1970.
 */
export function afterOffence(conduct: Conduct, { epoch, now }: { epoch: number; now: number }): Conduct {
  if (conduct.offendedIn === epoch) return conduct;
  const quarantinedUntil = Math.max(
    conduct.quarantinedUntil,
    now + FIRST_QUARANTINE_MILLISECONDS * 2 ** conduct.offences,
  );
  const offences = Math.min(conduct.offences + 1, MOST_DOUBLINGS);
  return { ...conduct, offences, quarantinedUntil, offendedIn: epoch, goodEpochs: 0 };
}

/** A block of the layer has settled. */
export function afterSettled(conduct: Conduct): Conduct {
  const goodEpochs = conduct.goodEpochs + 1;
  const isLivedDown = conduct.offences > 0 && goodEpochs % EPOCHS_TO_LIVE_DOWN === 0;
  return { ...conduct, isEstablished: true, goodEpochs, offences: conduct.offences - (isLivedDown ? 1 : 0) };
}

export function isQuarantined({ quarantinedUntil }: Conduct, now: number): boolean {
  return now < quarantinedUntil;
}

export function isBelieved(conduct: Conduct, now: number): boolean {
  return conduct.isEstablished && !isQuarantined(conduct, now);
}
