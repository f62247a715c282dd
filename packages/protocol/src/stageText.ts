const STAGES: Readonly<Record<string, string>> = {
  open: "waiting for transactions",
  ending: "ending: messages under way arrive",
  blocks: "proving blocks",
  aggregates: "folding",
  settlement: "proving the settlement",
  submitting: "submitting to L1",
  settled: "settled",
};

/** What an epoch does in a stage, for people; the stage itself if it has no text. */
export function stageText(stage: string): string {
  return STAGES[stage] ?? stage;
}
