import { application, field, map } from "@frond/language";
import type { BlockSize } from "@frond/protocol";

/**
 * Anybody writes notes: a layer whose blocks cost little and send nothing to L1, so that what is measured is the tree
 * above them.
 */
export const notes = application({
  name: "notes",
  state: { notes: map(field, field) },
  methods: {
    write: {
      args: { key: field, text: field },
      run({ state }, { key, text }) {
        state.notes.at(key).set(text);
      },
    },
  },
});

export const notesSize: BlockSize = {
  name: "small",
  transactions: 16,
  entries: 24,
  inserts: 20,
  consumed: 4,
  produced: 4,
};

/** What a layer of this application takes where its network names no sizes. */
export const sizes = [notesSize];
