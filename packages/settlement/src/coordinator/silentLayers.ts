import type { LayerState } from "../machine/layerState.ts";

/** A layer that is silent so often when it is asked to prepare a leg takes part in no bundle for a while. */
const MOST_SILENCES = 3;
/** So long, and again after each further silence. */
const PAUSE_MILLISECONDS = 30_000;
/** So many answers live one silence down. */
const ANSWERS_TO_FORGET = 8;

type Silence = { times: number; answers: number; lastAt: number; until: number };

/**
 * Layers that do not answer when they are asked to prepare a leg. Legs of other layers are prepared then, and keep
 * locked what they touch: a silence costs others half a second, and the silent layer nothing. In memory only, and over
 * by itself.
 */
export type SilentLayers = {
  isPaused(layer: LayerState): boolean;
  /** A layer did not answer what it was asked at a time. Questions that wait together are one silence. */
  noteSilence(layer: LayerState, askedAt: number): void;
  noteAnswer(layer: LayerState): void;
};

/** `passed`: milliseconds that have passed, since whenever. */
export function createSilentLayers({ passed }: { passed(): number }): SilentLayers {
  const silences = new WeakMap<LayerState, Silence>();
  return {
    isPaused: (layer) => (silences.get(layer)?.until ?? Number.NEGATIVE_INFINITY) > passed(),
    noteSilence(layer, askedAt) {
      const never = Number.NEGATIVE_INFINITY;
      const known = silences.get(layer) ?? { times: 0, answers: 0, lastAt: never, until: never };
      if (askedAt < known.lastAt) return;
      const now = passed();
      const times = Math.min(MOST_SILENCES, known.times + 1);
      const until = times === MOST_SILENCES ? now + PAUSE_MILLISECONDS : known.until;
      silences.set(layer, { times, answers: 0, lastAt: now, until });
    },
    noteAnswer(layer) {
      const known = silences.get(layer);
      if (known === undefined) return;
      known.answers += 1;
      if (known.answers < ANSWERS_TO_FORGET) return;
      known.answers = 0;
      known.times -= 1;
      if (known.times === 0) silences.delete(layer);
    },
  };
}
