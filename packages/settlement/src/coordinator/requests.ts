import type { CoordinatorFrame, LayerFrame } from "../link/frames.ts";
import type { LayerState } from "../machine/layerState.ts";
import { TURN_MILLISECONDS, type Waiting } from "./waiting.ts";

type Answer = Extract<LayerFrame, { type: "answer" }>;
type Asked<T> = T extends { readonly id: number } ? Omit<T, "id"> : never;
type Question = Asked<Extract<CoordinatorFrame, { type: "prepare" | "commit" }>>;

/** Questions to layers that wait for their answers. */
export type Requests = {
  /**
   * Asks; rejects with {@link LayerSilentError} if no answer comes in time, or the layer's connection ends. Time is
   * counted in turns of this process in which it kept up: a coordinator that is slow itself takes none of it.
   */
  ask(layer: LayerState, question: Question, timeoutMilliseconds: number): Promise<Answer>;
  answer(layer: LayerState, answer: Answer): void;
  /** The layer has gone. */
  gone(layer: LayerState): void;
};

/** The layer gave no answer. */
export class LayerSilentError extends Error {}

export function createRequests(dependencies: {
  until: Waiting["until"];
  /** Resolves when everything that was decided so far is durable: until then, an answer may have to wait to be read. */
  flushed(): Promise<void>;
}): Requests {
  const { until, flushed } = dependencies;
  const pending = new Map<number, { layer: LayerState; resolve(answer: Answer): void; reject(error: Error): void }>();
  let last = 0;

  async function expire(id: number, timeoutMilliseconds: number): Promise<void> {
    const isOver = () => !pending.has(id);
    for (let left = timeoutMilliseconds; left > 0; left -= TURN_MILLISECONDS) {
      if (await until(isOver, Math.min(TURN_MILLISECONDS, left))) return;
      await flushed().catch(() => {});
    }
    pending.get(id)?.reject(new LayerSilentError(`its sequencer did not answer within ${timeoutMilliseconds} ms`));
  }

  return {
    ask(layer, question, timeoutMilliseconds) {
      const { peer } = layer;
      if (peer === undefined) return Promise.reject(new LayerSilentError("its sequencer is offline"));
      last = (last + 1) % 0xffff_ffff;
      const id = last;
      return new Promise((resolve, reject) => {
        const settle = <T>(then: (value: T) => void) => {
          return (value: T) => {
            pending.delete(id);
            then(value);
          };
        };
        pending.set(id, { layer, resolve: settle(resolve), reject: settle(reject) });
        peer.send({ ...question, id });
        void expire(id, timeoutMilliseconds);
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
