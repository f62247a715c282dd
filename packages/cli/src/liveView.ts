import type { EpochProgress, SettledEpoch } from "@frond/settlement";
import type { RunningNetwork } from "./network/startNetwork.ts";
import type { Reporter } from "./reporter.ts";

/** What a terminal shows while a network runs; in a pipe, a line for each event. */
export type LiveView = {
  ready(running: RunningNetwork): void;
  epoch(progress: EpochProgress): void;
  settled(epoch: SettledEpoch): void;
  close(): void;
};

const STAGES = {
  blocks: "proving blocks",
  aggregates: "folding",
  settlement: "proving the settlement",
  submitting: "submitting to L1",
  settled: "settled",
} as const;

export function createLiveView(reporter: Reporter): LiveView {
  let running: RunningNetwork | undefined;
  let progress: EpochProgress | undefined;
  let timer: NodeJS.Timeout | undefined;

  const render = () => {
    if (running === undefined) return;
    const { sequencer, store } = running.node.context;
    const { epoch, slot, unsealed, accepted } = sequencer.status();
    const proving =
      progress === undefined || progress.stage === "settled"
        ? "waiting for transactions"
        : `epoch ${progress.epoch}: ${STAGES[progress.stage]} ${progress.done}/${progress.total}`;
    reporter.live(
      [
        "",
        `  sequencing  epoch ${epoch}, block ${store.lastBlockNumber() + 1}, slot ${slot}: ${unsealed} transactions, ${accepted} since the start`,
        `  proving     ${proving}`,
        "",
        "  Ctrl-C stops the network; the next start continues it.",
      ].join("\n"),
    );
  };

  return {
    ready(started) {
      running = started;
      for (const line of welcome(started)) reporter.line(line);
      timer = setInterval(render, 250);
    },
    epoch(next) {
      const isNew = progress?.stage !== next.stage || progress.epoch !== next.epoch;
      progress = next;
      if (isNew && next.stage !== "settled") reporter.logger.info(`Epoch ${next.epoch}: ${STAGES[next.stage]}`);
    },
    settled(epoch) {
      reporter.line(
        `  epoch ${epoch.epoch} settled: ${epoch.blocks} blocks, ${epoch.transactions} transactions, ${epoch.messages} messages, ` +
          `${epoch.proofs} proofs in ${epoch.provingSeconds} s, ${epoch.gasUsed.toLocaleString("en")} gas`,
      );
    },
    close() {
      clearInterval(timer);
      reporter.done();
    },
  };
}

function welcome({ network, node, setUpSeconds }: RunningNetwork): string[] {
  return [
    "",
    `  Frond is running (started in ${setUpSeconds.toFixed(1)} s)`,
    `  layer        ${network.application}, ${network.layerId.slice(0, 18)}..`,
    `  JSON-RPC     ${node.url} (HTTP and WebSocket)`,
    `  L1           ${network.l1Url}, chain ${network.chainId}, settlement ${network.settlement}`,
    "",
    "  Try in another terminal:",
    "    npm run frond -- account new",
    "    npm run frond -- deposit 1ether --wait",
    "    npm run frond -- deposit 2000ether --asset quote --wait",
    "    npm run frond -- call addLiquidity --base 0.5ether --maximumQuote 1000ether --minimumShares 1",
    "    npm run frond -- call swap --amountIn 0.1ether --minimumOut 1 --sellBase true",
    "    npm run frond -- withdraw 0.1ether --wait && npm run frond -- claim",
    "",
  ];
}
