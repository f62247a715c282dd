import { fieldToHex } from "@frond/foundation";
import { readNetworkFile } from "@frond/network/directory";
import { readPromises } from "@frond/network/promises";
import { toJsonValue } from "@frond/protocol";
import { RpcError, TransportError } from "@frond/sdk";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { findLayerId, layerIdOf, layersHere } from "../network/findLayer.ts";
import {
  deploymentBlockOf,
  type LayerOneFlags,
  layerOneReader,
  withFromBlockOption,
  withLayerOneOptions,
} from "../network/layerOnePlace.ts";
import { openFollowed } from "../network/openFollowed.ts";
import { publicLayer } from "../network/publicLayer.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

type Options = LayerOneFlags & { from?: string; fromBlock?: number };
type Row = { readonly about: string; readonly promise: string; readonly detail: string };
type Promises = { readonly rows: readonly Row[] };

/** `frond layer show`: what a layer promises its users. */
export function layerShowCommand(): Command {
  return withFromBlockOption(withLayerOneOptions(withCommonOptions(new Command("show"))))
    .description("what a layer promises: where its data is, what happens if somebody is silent, who can change what")
    .argument("<layer>", "by its name or id")
    .option("--from <directory>", "--data of `frond follow`, for a layer that was added later")
    .action(async (layer: string, _options: unknown, self: Command) =>
      show(settingsOf(self), layer, self.opts<Options>()),
    );
}

async function show(settings: Settings, layer: string, options: Options): Promise<void> {
  const promises = (await ofCoordinator(settings, layer, options)) ?? (await ofLayerOne(settings, layer, options));
  printResult(settings, promises, promises.rows.map(textOf).join("\n"));
}

/** Undefined if the options name L1, or no coordinator answers. */
async function ofCoordinator(settings: Settings, layer: string, options: Options): Promise<Promises | undefined> {
  const network = readNetworkFile(settings.dataDirectory);
  const isElsewhere = (options.l1 ?? options.settlement ?? options.from) !== undefined;
  if (network === undefined || isElsewhere || network.coordinatorUrl === "") return undefined;
  const layerId = fieldToHex(layerIdOf(layer, layersHere(settings, network)));
  try {
    return (await ask(network.coordinatorUrl, "frond_layerPromises", { layerId })) as Promises;
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    if (!(error instanceof RpcError) || error.code !== "rpc/not-found") throw error;
    throw new UsageError(
      `L1 has no layer ${layer} yet, so nothing is promised of it. Wait until an epoch has registered it.`,
      { layer },
    );
  }
}

/** Asks nobody but L1; what was followed says which layers were added, and when a layer has moved last. */
async function ofLayerOne(settings: Settings, layer: string, options: Options): Promise<Promises> {
  const { place, ...l1 } = await layerOneReader(settings, options);
  const deploymentBlock = await deploymentBlockOf(l1, { ...place, ...options });
  const at = { ...l1, place, deploymentBlock };
  const layerId = await findLayerId(settings, layer, { ...at, fromBlock: Number(deploymentBlock) });
  const chainId = await l1.publicClient.getChainId();
  const store = openFollowed(settings, { from: options.from, chainId, settlement: l1.settlement });
  try {
    const { isFollowed, ...known } = await publicLayer(at, layerId, store);
    const promises = await readPromises({ ...l1, deploymentBlock }, known);
    const told = isFollowed ? promises : { ...promises, record: null, rows: promises.rows.map(withoutTime) };
    return toJsonValue(told) as Promises;
  } finally {
    await store?.close();
  }
}

/** L1 knows that a layer is not frozen; when it has moved last stands in the data. */
function withoutTime(row: Row): Row {
  if (row.about !== "status" || row.promise !== "moves") return row;
  return { ...row, detail: "It is registered on L1 and not frozen. `frond follow` tells when it has moved last." };
}

const INDENT = "    ";
const COLUMNS = 110;

function textOf({ about, promise, detail }: Row): string {
  const lines = [`${about}: ${promise}`];
  let line = INDENT;
  for (const word of detail.split(" ")) {
    if (line.length + word.length > COLUMNS && line !== INDENT) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}
