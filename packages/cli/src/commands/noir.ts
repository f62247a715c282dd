import { applicationNoir, exitsNoir } from "@frond/language";
import { BUNDLED_APPLICATIONS, loadApplication } from "@frond/network/applications";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

export function noirCommand(): Command {
  return withCommonOptions(new Command("noir"))
    .description("show the Noir that an application's methods become")
    .argument(
      "[application]",
      `${BUNDLED_APPLICATIONS.join(", ")}, or the path of a module that exports an application`,
      "exchange",
    )
    .option("--exits", "what its exits become, which have a circuit of their own", false)
    .action(async (nameOrPath: string, _options: unknown, self: Command) => {
      const application = await loadApplication(nameOrPath);
      const { exits } = self.opts<{ exits: boolean }>();
      if (exits && application.program.exits.length === 0) {
        throw new UsageError(`${application.name} has no exits. Leave out --exits.`, { application: application.name });
      }
      const noir = (exits ? exitsNoir : applicationNoir)(application.program);
      printResult(settingsOf(self), { application: application.name, noir }, noir.trimEnd());
    });
}
