import { measureEpoch } from "./measureEpoch.ts";
import type { Section } from "./report.ts";

/** What scheduling, witnesses, verification and bookkeeping add to the bare proving of an epoch. */
export const proving: Section = {
  name: "proving",
  async run(progress, form) {
    const { settled, provenAfterSeconds } = await measureEpoch(progress, form);
    return [
      {
        name: "proving a whole epoch / its bare bb proofs",
        value: provenAfterSeconds / settled.provingSeconds,
        unit: "x",
        target: { bound: 1.1, direction: "at most" },
        details: {
          "first block sealed to settlement proof (s)": provenAfterSeconds,
          "sum of the bare bb proving times (s)": settled.provingSeconds,
          proofs: settled.proofs,
          blocks: settled.blocks,
          transactions: settled.transactions,
        },
      },
    ];
  },
};
