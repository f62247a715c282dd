import type { CoordinatorFrame, LayerFrame } from "../link/frames.ts";
import type { LayerState } from "../machine/layerState.ts";

type Answer = Extract<LayerFrame, { type: "answer" }>;
type Asked<T> = T extends { readonly id: number } ? Omit<T, "id"> : never;
type Question = Asked<Extract<CoordinatorFrame, { type: "prepare" | "commit" }>>;

/** Questions to layers that wait for their answers. */
export type Requests = {
  /** Asks; rejects with {@link LayerSilentError} if no answer comes in time, or the layer's connection ends. */
  ask(layer: LayerState, question: Question, timeout: number): Promise<Answer>;
  answer(layer: LayerState, answer: Answer): void;
  /** The layer has gone. */
  gone(layer: LayerState): void;
};

/** The layer gave no answer. */
export class LayerSilentError extends Error {}

export function createRequests(): Requests {
  const pending = new Map<number, { layer: LayerState; resolve(answer: Answer): void; reject(error: Error): void }>();
  let last = 0;
  return {
    ask(layer, question, timeout) {
      const { peer } = layer;
      if (peer === undefined) return Promise.reject(new LayerSilentError("its sequencer is offline"));
      last = (last + 1) % 0xffff_ffff;
      const id = last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          pending.delete(id);
          reject(new LayerSilentError(`its sequencer did not answer within ${timeout} ms`));
        }, timeout);
        const settle = <T>(then: (value: T) => void) => {
          return (value: T) => {
            clearTimeout(timer);
            pending.delete(id);
            then(value);
          };
        };
        pending.set(id, { layer, resolve: settle(resolve), reject: settle(reject) });
        peer.send({ ...question, id });
      });
    },
    answer(layer, answer) {
      const waiting = pending.get(answer.id);
      if (waiting?.layer === layer) waiting.resolve(answer);
    },
    gone(layer) {
      for (const waiting of [...pending.values()])
        if (waiting.layer === layer) waiting.reject(new LayerSilentError("its sequencer went offline"));
    },
  };
}
