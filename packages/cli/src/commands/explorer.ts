import { type ExplorerPlaces, writeExplorer } from "@frond/explorer";
import { Command } from "commander";
import { addressOfText } from "../arguments/addressOfText.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";
import { httpUrl } from "./options.ts";

export function explorerCommand(): Command {
  return withCommonOptions(new Command("explorer"))
    .description(
      "write the explorer's page as static files, for a web server of your own; a coordinator serves it, too",
    )
    .requiredOption("--out <folder>", "the folder to write to")
    .option("--coordinator <url>", "of the network; by default the server of the page", httpUrl)
    .option("--l1 <url>", "an RPC address of L1 that lets the page in; by default the coordinator is asked", httpUrl)
    .option(
      "--settlement <address>",
      "of the contract on L1, with --l1: the page can then be used for leaving while no coordinator answers",
      addressOfText,
    )
    .action(async (_options: unknown, self: Command) => {
      const { out, coordinator, l1, settlement } = self.opts<{ out: string } & ExplorerPlaces>();
      const places = {
        ...(coordinator !== undefined && { coordinator }),
        ...(l1 !== undefined && { l1 }),
        ...(settlement !== undefined && { settlement }),
      };
      await writeExplorer(out, places);
      printResult(settingsOf(self), { out, ...places }, `Wrote the explorer to ${out}. Serve the folder.`);
    });
}
