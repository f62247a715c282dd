/**
 * How far a layer is believed, from what it did. Durable. A layer is believed once one of its blocks has settled, or because the tree was deployed with it; until then, and in quarantine, its messages wait
 * for the proof of their block, nobody can send to it, and it takes part in no bundle. So it can set nobody back.
 */
export type Conduct = {
  readonly isEstablished: boolean;
  /** How often others were set back because of it, less what it has lived down. */
  readonly offences: number;
  /** The last epoch of its quarantine; 0 if it never was in one. */
  readonly quarantinedThrough: number;
  /** The epoch of the last offence; 0 if there is none. */
  readonly offendedIn: number;
  /** Epochs since the last offence in which a block of it has settled. */
  readonly goodEpochs: number;
};

export const founding: Conduct = {
  isEstablished: true,
  offences: 0,
  quarantinedThrough: 0,
  offendedIn: 0,
  goodEpochs: 0,
};
export const unknown: Conduct = { ...founding, isEstablished: false };

/** A quarantine is twice as long with each offence, up to so many times. */
const MOST_DOUBLINGS = 12;
/** So many good epochs in a row live down one offence. */
const EPOCHS_TO_LIVE_DOWN = 16;

/** Others were set back in `epoch` because of the layer: 2, 4, 8.. epochs of quarantine. One offence an epoch counts. */
export function afterOffence(conduct: Conduct, epoch: number): Conduct {
  if (conduct.offendedIn === epoch) return conduct;
  const offences = Math.min(conduct.offences + 1, MOST_DOUBLINGS);
  const quarantinedThrough = Math.max(epoch + 2 ** offences, conduct.quarantinedThrough);
  return { ...conduct, offences, quarantinedThrough, offendedIn: epoch, goodEpochs: 0 };
}

/** A block of the layer has settled. */
export function afterSettled(conduct: Conduct): Conduct {
  const goodEpochs = conduct.goodEpochs + 1;
  const isLivedDown = conduct.offences > 0 && goodEpochs % EPOCHS_TO_LIVE_DOWN === 0;
  return { ...conduct, isEstablished: true, goodEpochs, offences: conduct.offences - (isLivedDown ? 1 : 0) };
}

export function isQuarantined(conduct: Conduct, epoch: number): boolean {
  return epoch <= conduct.quarantinedThrough;
}

export function isBelieved(conduct: Conduct, epoch: number): boolean {
  return conduct.isEstablished && !isQuarantined(conduct, epoch);
}
