import type { RunningNetwork } from "@frond/network";
import { stageText } from "@frond/protocol";
import type { EpochProgress, NetworkView, SettledEpoch } from "@frond/settlement";
import type { Settings } from "../settings.ts";
import { hint } from "./hint.ts";
import { renderTree } from "./renderTree.ts";
import type { Reporter } from "./reporter.ts";

/** What a terminal shows while a network runs; in a pipe, a line for each event. */
export type LiveView = {
  ready(running: RunningNetwork): void;
  epoch(progress: EpochProgress): void;
  settled(epoch: SettledEpoch): void;
  close(): void;
};

/** What a terminal is told to try repeats `dataOption`. */
export function createLiveView(reporter: Reporter, settings: Pick<Settings, "dataOption">): LiveView {
  let running: RunningNetwork | undefined;
  let progress: EpochProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stage = { since: 0, done: 0 };

  const render = () => {
    if (running === undefined) return;
    const view: NetworkView = running.coordinator.network();
    const lines = ["", ...renderTree(view), "", "  Ctrl-C stops the network; the next start continues it."];
    reporter.live(lines.join("\n"));
  };

  return {
    ready(started) {
      running = started;
      for (const line of welcome(started, settings)) reporter.line(line);
      timer = setInterval(render, 250);
    },
    epoch(next) {
      const isNew = progress?.stage !== next.stage || progress.epoch !== next.epoch;
      const isFurther = isNew || progress?.done !== next.done;
      progress = next;
      if (isNew) stage = { since: performance.now(), done: next.done };
      if (isFurther && next.stage !== "settled")
        reporter.logger.info(`Epoch ${next.epoch}: ${stageText(next.stage)}${howFar(next, stage)}`);
    },
    settled(epoch) {
      const leftOut = epoch.leftOut.map(({ layer, block }) => `${layer} from block ${block} on`).join(", ");
      reporter.line(
        `  epoch ${epoch.epoch} settled: ${epoch.layers} layers, ${epoch.blocks} blocks, ${epoch.transactions} transactions, ${epoch.messages} messages, ` +
          `${epoch.proofs} proofs in ${epoch.provingSeconds} s, ${epoch.gasUsed.toLocaleString("en")} gas${leftOut === "" ? "" : `; left out: ${leftOut}`}`,
      );
    },
    close() {
      clearInterval(timer);
      reporter.done();
    },
  };
}

/** ` 3/10, about 40 s left`; nothing for a stage of one step. */
function howFar({ done, total }: EpochProgress, stage: { since: number; done: number }): string {
  if (total <= 1) return "";
  const each = (performance.now() - stage.since) / (done - stage.done);
  const left = done > stage.done && done < total ? `, about ${Math.ceil((each * (total - done)) / 1_000)} s left` : "";
  return ` ${done}/${total}${left}`;
}

function welcome(
  { network, layers, lostLayers, setUpSeconds }: RunningNetwork,
  settings: Pick<Settings, "dataOption">,
): string[] {
  const command = (words: string) => `    npm run ${hint(settings, words).replace("frond", "frond --")}`;
  const level = (name: string): number => {
    const layer = network.layers.find((candidate) => candidate.name === name);
    return layer?.parent == null ? 2 : level(layer.parent) + 1;
  };
  return [
    "",
    `  Frond is running (started in ${setUpSeconds.toFixed(1)} s)`,
    ...network.layers.map(({ name, application }) => {
      const url =
        layers.find((layer) => layer.name === name)?.url ??
        (lostLayers.includes(name) ? "left out: its store is damaged" : "in a process of its own");
      const indent = "  ".repeat(level(name) - 2);
      return `  ${`${indent}L${level(name)} ${name}`.padEnd(20)} ${url.padEnd(24)} ${application === name ? "" : application}`.trimEnd();
    }),
    `  coordinator          ${network.coordinatorUrl}, with the explorer for a browser`,
    `  L1                   ${network.l1Url}, chain ${network.chainId}, settlement ${network.settlement}`,
    "",
    "  Try in another terminal:",
    command("account new"),
    command("deposit 1ether --wait"),
    command("status --watch"),
    "",
  ];
}
