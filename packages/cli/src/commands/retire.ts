import { retireDeployment } from "@frond/network/escape";
import { Command } from "commander";
import { type LayerOneFlags, layerOneOf, placeOption, withLayerOneOptions } from "../network/layerOnePlace.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";

/** `frond retire`: the last resort, when nothing settles at all. */
export function retireCommand(): Command {
  return withLayerOneOptions(withCommonOptions(new Command("retire")))
    .description("end a deployment in which no epoch has settled for long: everybody can leave every layer then")
    .option("--account <name>", "who pays on L1; anybody may")
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { l1, place } = await layerOneOf(settings, self.opts<LayerOneFlags & { account?: string }>());
      const { hash } = await retireDeployment(l1);
      const { settlement } = l1;
      printResult(
        settings,
        { settlement, l1Transaction: hash },
        formatFields({
          retired: settlement,
          "L1 transaction": hash,
          next: `every layer counts as frozen: ${hint(settings, `escape --layer <layer>${placeOption(settings, place)}`)}`,
        }),
      );
    });
}
