import { type ExplorerPlaces, writeExplorer } from "@frond/explorer";
import { Command } from "commander";
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
    .action(async (_options: unknown, self: Command) => {
      const { out, coordinator, l1 } = self.opts<{ out: string } & ExplorerPlaces>();
      const places = { ...(coordinator !== undefined && { coordinator }), ...(l1 !== undefined && { l1 }) };
      await writeExplorer(out, places);
      printResult(settingsOf(self), { out, ...places }, `Wrote the explorer to ${out}. Serve the folder.`);
    });
}
