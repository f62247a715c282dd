import { fieldToHex } from "@frond/foundation";
import { demandLayerFreeze } from "@frond/network/escape";
import { findDeploymentBlock } from "@frond/network/follower";
import { formatTime } from "@frond/protocol";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { type LayerOneFlags, layerIdOf, layerOneOf, withLayerOneOptions } from "../network/layerOnePlace.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { wholeNumber } from "./options.ts";

type Options = LayerOneFlags & { id?: number; layer?: string; account?: string };

/** `frond freeze`: what `frond force` is for if the layer does not take the transaction. */
export function freezeCommand(): Command {
  return withLayerOneOptions(withCommonOptions(new Command("freeze")))
    .description("demand on L1 that a layer is frozen which left out a forced transaction until its deadline")
    .option("--id <number>", "of the forced transaction, as `frond force` printed it", wholeNumber(0))
    .option("--layer <layer>", "by name or id: for the oldest forced transaction that waits for it")
    .option("--account <name>", "who pays on L1; anybody may")
    .action(async (_options: unknown, self: Command) => freeze(settingsOf(self), self.opts<Options>()));
}

async function freeze(settings: Settings, { id, layer: name, account, ...flags }: Options): Promise<void> {
  const layer = name === undefined ? undefined : layerIdOf(settings, name);
  const { l1, place } = await layerOneOf(settings, { ...flags, account });
  const begun = place.deploymentBlock ?? (await findDeploymentBlock(l1.publicClient, l1.settlement));
  const fromBlock = BigInt(begun);
  const demanded = await demandLayerFreeze(l1, causeOf({ id, layer, fromBlock }));
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
      next: `the first epoch that ends at ${formatTime(carriedUntil)} or later has to carry it; then ${hint(settings, "escape", { layer: name ?? layerId })}`,
    }),
  );
}

function causeOf({
  id,
  layer,
  fromBlock,
}: {
  readonly id: number | undefined;
  readonly layer: bigint | undefined;
  readonly fromBlock: bigint;
}) {
  if (id !== undefined) return { id: BigInt(id), layer, fromBlock };
  if (layer !== undefined) return { layer, fromBlock };
  throw new UsageError("Nothing says which layer is meant. Give --layer, or --id of a forced transaction.");
}
