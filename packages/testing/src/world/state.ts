import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";

/** All of a world that changes. */
export type WorldState = {
  time: number;
  readonly layers: ReadonlyMap<Field, LayerState>;
  /** In the order of sending. */
  readonly inFlight: Message[];
  readonly withdrawn: Message[];
  /** What came into the world, by asset. */
  readonly arrived: Map<number, bigint>;
};

export type LayerState = {
  /** The values of the entries, by their keys, in the order of the leaves of the state tree. */
  readonly entries: Map<Field, readonly Field[]>;
  /** By asset. */
  readonly vault: Map<number, bigint>;
};

/** A state that shares nothing that changes with this one. */
export function copyState({ time, layers, inFlight, withdrawn, arrived }: WorldState): WorldState {
  const copied = [...layers].map(
    ([id, { entries, vault }]) => [id, { entries: new Map(entries), vault: new Map(vault) }] as const,
  );
  return {
    time,
    layers: new Map(copied),
    inFlight: [...inFlight],
    withdrawn: [...withdrawn],
    arrived: new Map(arrived),
  };
}
