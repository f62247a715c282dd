import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import { createLogUpdate } from "log-update";
import { networkOf } from "../accounts.ts";
import { printResult } from "../output.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { ask, describe } from "./read.ts";

export function statusCommand(): Command {
  return withCommonOptions(new Command("status"))
    .description("show what the network is doing")
    .option("--watch", "show it again every second, until interrupted", false)
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      if (!self.opts<{ watch: boolean }>().watch) return await print(settings);
      const view = createLogUpdate(process.stdout);
      for (;;) {
        if (settings.json) await print(settings);
        else view(textOf(await statusOf(settings)));
        await wait(1_000);
      }
    });
}

async function print(settings: Settings): Promise<void> {
  const status = await statusOf(settings);
  printResult(settings, status, textOf(status));
}

async function statusOf(settings: Settings): Promise<Record<string, unknown>> {
  const { rpcUrl, l1Url, settlement } = networkOf(settings);
  const status = (await ask(settings, "frond_status", {})) as Record<string, unknown>;
  return { rpc: rpcUrl, l1: l1Url, settlementContract: settlement, ...status };
}

function textOf(status: Record<string, unknown>): string {
  return describe(status);
}
