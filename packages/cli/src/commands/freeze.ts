import { fieldToHex } from "@frond/foundation";
import { demandLayerFreeze } from "@frond/network/escape";
import { formatTime } from "@frond/protocol";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { findLayerId } from "../network/findLayer.ts";
import {
  deploymentBlockOf,
  type LayerOneFlags,
  layerOneOf,
  placeOption,
  withFromBlockOption,
  withLayerOneOptions,
} from "../network/layerOnePlace.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { wholeNumber } from "./options.ts";

type Options = LayerOneFlags & { id?: number; layer?: string; account?: string; fromBlock?: number };

/** `frond freeze`: what `frond force` is for if the layer does not take the transaction. */
export function freezeCommand(): Command {
  return withFromBlockOption(withLayerOneOptions(withCommonOptions(new Command("freeze"))))
    .description("demand on L1 that a layer is frozen which left out a forced transaction until its deadline")
    .option("--id <number>", "of the forced transaction, as `frond force` printed it", wholeNumber(0))
    .option("--layer <layer>", "by name or id: for the oldest forced transaction that waits for it")
    .option("--account <name>", "who pays on L1; anybody may")
    .action(async (_options: unknown, self: Command) => freeze(settingsOf(self), self.opts<Options>()));
}

async function freeze(settings: Settings, { id, layer: name, ...flags }: Options): Promise<void> {
  if (id === undefined && name === undefined)
    throw new UsageError("Nothing says which layer is meant. Give --layer, or --id of a forced transaction.");
  const { l1, place } = await layerOneOf(settings, flags);
  const fromBlock = await deploymentBlockOf(l1, { ...place, ...flags });
  const at = { ...l1, place, fromBlock: Number(fromBlock) };
  const layer = name === undefined ? undefined : await findLayerId(settings, name, at);
  const cause = id === undefined ? { layer: layer! } : { id: BigInt(id), layer };
  const demanded = await demandLayerFreeze(l1, { ...cause, fromBlock });
  const { hash, demandedAt, carriedUntil } = demanded;
  const layerId = fieldToHex(demanded.layer);
  printResult(
    settings,
    { layer: layerId, id: Number(demanded.id), l1Transaction: hash, demandedAt, carriedUntil },
    formatFields({
      layer: layerId,
      "forced transaction": demanded.id,
      "L1 transaction": hash,
      "demanded at": formatTime(demandedAt),
      next: `the first epoch that ends at ${formatTime(carriedUntil)} or later has to carry it; then ${hint(settings, `escape${placeOption(settings, place)}`, { layer: name ?? layerId })}`,
    }),
  );
}
