import { sleep } from "@frond/foundation";
import { formatTime, toJsonValue } from "@frond/protocol";
import { type NetworkStatus, TransportError } from "@frond/sdk";
import type { NetworkView } from "@frond/settlement";
import { Command } from "commander";
import { createLogUpdate } from "log-update";
import { ask } from "../network/ask.ts";
import { findProblems } from "../network/findProblems.ts";
import { locateLayer, networkOf, withCoordinator, withLayerOption } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { errorForPrograms } from "../terminal/describeError.ts";
import { repeatDataOption } from "../terminal/hint.ts";
import { describe, printResult, toJsonLine } from "../terminal/output.ts";
import { renderTree } from "../terminal/renderTree.ts";

const INTERVAL_MILLISECONDS = 1_000;

export function statusCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("status")))
    .description(
      "show what the network is doing, what is wrong and what to do: its tree, epochs, proofs, L1; or one layer",
    )
    .option("--watch", "go on until interrupted: live in a terminal, a line for every change in a pipe", false)
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { watch, layer } = self.opts<{ watch: boolean; layer?: string }>();
      if (watch) await watchTree(settings);
      else if (layer !== undefined) await printLayer(settings, layer);
      else await printTree(settings);
    });
}

async function printLayer(settings: Settings, name: string): Promise<void> {
  const { url } = await locateLayer(settings, name);
  const status = { layer: name, url, ...((await ask(url, "frond_status")) as Record<string, unknown>) };
  printResult(settings, status, describe(status));
}

async function printTree(settings: Settings): Promise<void> {
  const { coordinatorUrl, l1Url, settlement } = networkOf(settings);
  const network = await statusOf(settings);
  printResult(
    settings,
    { coordinator: coordinatorUrl, l1Url, settlementContract: settlement, ...withIsoTimes(network) },
    [
      ...treeLines(network),
      ...problemLines(network, settings),
      "",
      ...network.layers.map(({ name, url }) => `  ${name.padEnd(12)} ${url === "" ? "never seen" : url}`),
      `  ${"coordinator".padEnd(12)} ${coordinatorUrl}`,
      `  ${"L1".padEnd(12)} ${l1Url}, settlement ${settlement}`,
    ].join("\n"),
  );
}

async function watchTree(settings: Settings): Promise<void> {
  const isTerminal = process.stdout.isTTY === true && !settings.json;
  const view = isTerminal ? createLogUpdate(process.stdout) : undefined;
  let last = "";
  for (;;) {
    const network = await statusOf(settings).catch(absent);
    if (view !== undefined) {
      const lines = network instanceof TransportError ? [`  ${network.message}`] : treeLines(network);
      const problems = network instanceof TransportError ? [] : problemLines(network, settings);
      view([...lines, ...problems].join("\n"));
    } else {
      const line = settings.json ? jsonOf(network) : lineOf(network);
      // A program reads every second's line, a person what is new.
      if (settings.json || line !== last) process.stdout.write(`${line}\n`);
      last = line;
    }
    await sleep(INTERVAL_MILLISECONDS);
  }
}

function statusOf(settings: Settings): Promise<NetworkStatus> {
  return withCoordinator(settings, (coordinator) => coordinator.network());
}

/** A coordinator that is away may come back. */
function absent(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  throw error;
}

/** What is wrong, and below it what to do; nothing if all is well. */
function problemLines(network: NetworkStatus, { dataOption }: Settings): string[] {
  const found = findProblems(network);
  if (found.length === 0) return [];
  const lines = found.flatMap(({ problem, next }) => [`  ! ${problem}`, `    ${repeatDataOption(next, dataOption)}`]);
  return ["", ...lines];
}

/** The coordinator's view, checked by the client. */
function treeLines(network: NetworkStatus): string[] {
  return renderTree(network as unknown as NetworkView);
}

function jsonOf(network: NetworkStatus | TransportError): string {
  return toJsonLine(network instanceof TransportError ? { error: errorForPrograms(network) } : withIsoTimes(network));
}

/** The status as JSON, with what is wrong, and the layers' times for people beside those for programs. */
function withIsoTimes(network: NetworkStatus) {
  const layers = network.layers.map((layer) => ({ ...layer, isoTime: formatTime(layer.time) }));
  return toJsonValue({ ...network, layers, findings: findProblems(network) });
}

/** The tree in one line, without what changes all the time. */
export function lineOf(network: NetworkStatus | TransportError): string {
  if (network instanceof TransportError) return network.message;
  const { epoch, layers, queue, l1 } = network;
  const proving = epoch.proving === null ? "" : `, ${epoch.proving} ${epoch.stage} ${epoch.done}/${epoch.total}`;
  const parts = [
    `epoch ${epoch.open} open${proving}`,
    ...layers.map(
      ({ name, status, transactionsPerSecond, messagesInFlight, blocksProven, blocksSealed }) =>
        `${name} ${status === "online" ? "" : `${status} `}${transactionsPerSecond} tx/s ${messagesInFlight} in flight ${blocksProven}/${blocksSealed} proven`,
    ),
    `${queue.running}+${queue.waiting} proofs`,
    `L1 epoch ${l1.lastEpoch}`,
  ];
  return parts.join(" | ");
}
