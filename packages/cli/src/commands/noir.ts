import { applicationNoir } from "@frond/language";
import { BUNDLED_APPLICATIONS, loadApplication } from "@frond/network/applications";
import { Command } from "commander";
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
    .action(async (nameOrPath: string, _options: unknown, self: Command) => {
      const application = await loadApplication(nameOrPath);
      const noir = applicationNoir(application.program);
      printResult(settingsOf(self), { application: application.name, noir }, noir.trimEnd());
    });
}
