import { mempoolFull } from "../errors.ts";

/** How many transactions came, and what became of them. */
export type Counts = {
  readonly unanswered: number;
  readonly accepted: number;
  readonly rejected: number;
  /** One came. @throws SequencerError mempool-full */
  enter(): void;
  /** One that came is answered. */
  leave(outcome: "accepted" | "rejected" | "other"): void;
  /** One that did not come in by the queue, or no further than the door. */
  add(outcome: "accepted" | "rejected"): void;
};

export function createCounts({ maxWaiting }: { readonly maxWaiting: number }): Counts {
  const counts = { unanswered: 0, accepted: 0, rejected: 0 };
  return {
    get unanswered() {
      return counts.unanswered;
    },
    get accepted() {
      return counts.accepted;
    },
    get rejected() {
      return counts.rejected;
    },
    enter() {
      if (counts.unanswered >= maxWaiting) throw mempoolFull(counts.unanswered);
      counts.unanswered++;
    },
    leave(outcome) {
      counts.unanswered--;
      if (outcome !== "other") counts[outcome]++;
    },
    add(outcome) {
      counts[outcome]++;
    },
  };
}
