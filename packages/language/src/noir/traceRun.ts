import type { Field } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import type { ContextName } from "../ir.ts";
import type { LoweredGroup, LoweredProgram } from "./lowerProgram.ts";
import type { Run } from "./run.ts";

/** The circuit's hints for one run of a procedure. */
export type ProcedureTrace = Pick<Run, "args" | "keys" | "bits" | "hints" | "quotients"> & {
  /** For each message of the procedure, the number of messages that the block has sent before. */
  readonly outboxPlaces: readonly number[];
};

/** A block that is being run. */
export type BlockRun = {
  readonly lowered: LoweredProgram;
  readonly witness: BlockWitness;
  /** The values of the witness set's entries, by key. */
  readonly state: Map<Field, Field[]>;
  readonly surroundings: Readonly<Partial<Record<ContextName, Field>>>;
  /** The number of messages that the block has consumed so far. */
  taken: number;
  /** The number of messages that the block has sent so far. */
  sent: number;
};

export function startRun(
  { state, lowered }: BlockRun,
  group: LoweredGroup,
  { context, args }: Pick<Run, "context" | "args">,
): Run {
  const opened = new Map<string, Field[]>();
  return {
    context,
    args,
    values: [],
    entries: [],
    keys: new Array<Field>(group.shape.entries).fill(0n),
    bits: [],
    hints: [],
    quotients: [],
    sent: [],
    failures: [],
    entryAt(key, map) {
      const name = key === 0n ? `none of ${map}` : key.toString();
      const known = opened.get(name);
      if (known !== undefined) return known;
      const values = [...(state.get(key) ?? emptyEntry(lowered))];
      opened.set(name, values);
      return values;
    },
  };
}

export function emptyEntry({ program }: LoweredProgram): Field[] {
  return new Array<Field>(program.entryWidth).fill(0n);
}

export function keepEntries({ state }: BlockRun, run: Run): void {
  run.keys.forEach((key, place) => {
    const values = run.entries[place];
    if (key !== 0n && values !== undefined) state.set(key, values);
  });
}

export function traceOf(
  block: BlockRun,
  { args, keys, bits, hints, quotients }: Run,
  { group, used }: { readonly group: LoweredGroup; readonly used: readonly boolean[] },
): ProcedureTrace {
  const outboxPlaces = Array.from({ length: group.shape.sent }, (_, i) =>
    used[i] === true ? block.sent++ : block.sent,
  );
  return { args, keys, bits, hints, quotients, outboxPlaces };
}
