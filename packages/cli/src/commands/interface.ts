import { writeFileSync } from "node:fs";
import { declareExits, interfaceSource } from "@frond/language";
import { BUNDLED_APPLICATIONS, loadApplication } from "@frond/network/applications";
import { Command } from "commander";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

export function interfaceCommand(): Command {
  return withCommonOptions(new Command("interface"))
    .description("write what clients need of an application as a module of its own, for web pages")
    .argument("[application]", `${BUNDLED_APPLICATIONS.join(", ")}, or the path of a module`, "exchange")
    .option("--out <file>", "the file to write; without it, the module goes to the standard output")
    .action(async (nameOrPath: string, _options: unknown, self: Command) => {
      const application = await loadApplication(nameOrPath);
      const { out } = self.opts<{ out?: string }>();
      const source = interfaceSource(application);
      if (out !== undefined) writeFileSync(out, source);
      const { name, program } = application;
      const exits = declareExits(program);
      const text = out === undefined ? source.trimEnd() : `Wrote the interface of ${name} to ${out}.`;
      printResult(settingsOf(self), { application: name, exits, source, ...(out !== undefined && { out }) }, text);
    });
}
