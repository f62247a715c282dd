import type { NetworkStatus } from "@frond/sdk";

/** Something that an operator should know of, and what to do about it. */
export type Finding = {
  /** Stable. */
  readonly code:
    | "layer-offline"
    | "layer-quarantined"
    | "layer-frozen"
    | "layer-ahead"
    | "settlement-blocked"
    | "no-worker"
    | "worker-too-small"
    | "proofs-failed";
  /** The layer that it is about, by its name; undefined if it is about the network. */
  readonly layer?: string;
  readonly problem: string;
  readonly next: string;
};

type LayerStatus = NetworkStatus["layers"][number];

/** Less is how a busy layer runs. */
const AHEAD_MILLISECONDS = 5_000;

/** What is wrong with a network, most urgent first; nothing if all is well. */
export function findProblems(network: NetworkStatus): Finding[] {
  return [...settlementProblems(network), ...network.layers.flatMap(layerProblems), ...proofProblems(network)];
}

function settlementProblems({ epoch: { blocked } }: NetworkStatus): Finding[] {
  if (blocked === null) return [];
  const next =
    "Nothing is lost, and it is tried again by itself. If it stays, see to L1: its fees (`frond start --l1-max-fee`), " +
    "its clock, and who has the blobs (`--beacon`, `--from-follower`).";
  return [{ code: "settlement-blocked", problem: blocked, next }];
}

function layerProblems(layer: LayerStatus): Finding[] {
  const { name, status, ahead } = layer;
  const found: Finding[] = [];
  if (status === "offline")
    found.push({
      ...{ code: "layer-offline", layer: name, problem: `${name} is not connected; nobody can send to it.` },
      next: `Start its node (\`frond node --layer ${name}\`), or read in the log of \`frond start\` why it ended.`,
    });
  if (status === "quarantined") found.push(quarantineOf(layer));
  if (status === "frozen")
    found.push({
      ...{ code: "layer-frozen", layer: name, problem: `L1 has frozen ${name} for ever: it left out what was forced.` },
      next: `Tell its users to leave with \`frond escape --layer ${name}\` (docs/leaving.md).`,
    });
  if (ahead > AHEAD_MILLISECONDS)
    found.push({
      code: "layer-ahead",
      layer: name,
      problem: `The last block of ${name} is ${Math.ceil(ahead / 1_000)} s ahead of the network's time; it waits for that.`,
      next: "Set the clocks of its machine and of the coordinator's by NTP.",
    });
  return found;
}

function quarantineOf({ name, quarantineSeconds }: LayerStatus): Finding {
  return {
    code: "layer-quarantined",
    layer: name,
    problem: `${name} is in quarantine, for ${quarantineSeconds} s more: others were set back because of it.`,
    next: "It comes back by itself. Read the reason in the coordinator's log, or the quarantine will be longer next time.",
  };
}

function proofProblems({ queue }: NetworkStatus): Finding[] {
  const { waiting, running, failed, workers } = queue;
  const found: Finding[] = [];
  if (waiting > 0 && workers === 0)
    found.push({
      ...{ code: "no-worker", problem: `${waiting} proofs wait, and nobody makes any.` },
      next: "Start a worker (`frond worker --nats`), or start the network with `--workers`.",
    });
  if (waiting > 0 && workers > 0 && running === 0)
    found.push({
      ...{ code: "worker-too-small", problem: `${waiting} proofs wait, and no worker has the memory for them.` },
      next: "Start a worker with more memory (`frond worker --memory 8G`; docs/deployment.md, Sizing).",
    });
  if (failed > 0)
    found.push({
      ...{ code: "proofs-failed", problem: `${failed} proofs failed for good, and their blocks were left out.` },
      next: "Read the reasons in the coordinator's log; `frond doctor` says whether circuits are what they should be.",
    });
  return found;
}
