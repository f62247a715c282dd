import { allSizes, type CostReport, costReport, DefinitionError } from "@frond/language";
import { requireRoom } from "@frond/language/loading";
import {
  ApplicationNotFoundError,
  BUNDLED_APPLICATIONS,
  type FoundApplication,
  findApplication,
} from "@frond/network/applications";
import type { BlockSize } from "@frond/protocol";
import { Command } from "commander";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { costTables } from "../terminal/costTables.ts";
import { printResult } from "../terminal/output.ts";

export function checkCommand(): Command {
  return withCommonOptions(new Command("check"))
    .description("check an application, and show what each method costs: entries, messages, gates, share of a block")
    .argument(
      "<application>",
      `the path of a module that exports an application, or one of ${BUNDLED_APPLICATIONS.join(", ")}`,
    )
    .action(async (nameOrPath: string, _options: unknown, self: Command) => {
      const { application, sizes: declared } = await findApplication(nameOrPath);
      const sizes = allSizes(application.program, declared);
      checkRoom(application, sizes);
      const report = costReport(application.program, sizes);
      printResult(settingsOf(self), toJson(report), costTables(report));
    });
}

/** The sizes that a module exports are not known to its definition. */
function checkRoom({ program }: FoundApplication["application"], sizes: readonly BlockSize[]): void {
  try {
    requireRoom(program, sizes);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const { problem, instead } = error.data as { readonly problem: string; readonly instead: string };
    throw new ApplicationNotFoundError({ code: error.code, problem, write: instead }, error);
  }
}

/** The report with the name of what dominates, and shares as fractions of 1. */
function toJson({ application, procedures, sizes }: CostReport) {
  return {
    application,
    procedures: procedures.map(({ title, name, isMethod, shares, ...figures }) => ({
      name,
      kind: isMethod ? "method" : "handler",
      title,
      ...figures,
      shares: shares.map((share) => ({ ...share, share: share.calls === 0 ? null : 1 / share.calls })),
    })),
    sizes: sizes.map(({ size, ...figures }) => ({ ...size, ...figures })),
  };
}
