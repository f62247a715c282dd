import type { ConnectionState } from "./types.ts";

export type StateHolder = {
  readonly state: ConnectionState;
  onState(listener: (state: ConnectionState) => void): () => void;
  set(next: ConnectionState): void;
};

/** Keeps the state of a connection. Listeners hear of changes only; after `closed` there is none. */
export function createStateHolder(): StateHolder {
  const listeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = { kind: "idle" };
  return {
    get state() {
      return state;
    },
    onState(listener) {
      const own = (next: ConnectionState) => listener(next);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    set(next) {
      const isSame = next.kind === state.kind && next.kind !== "reconnecting";
      if (isSame || state.kind === "closed") return;
      state = next;
      for (const listener of [...listeners]) listener(next);
    },
  };
}
