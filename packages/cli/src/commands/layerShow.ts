import { fieldToHex } from "@frond/foundation";
import { RpcError } from "@frond/sdk";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { layerOf, networkOf } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

type Row = { readonly about: string; readonly promise: string; readonly detail: string };

/** `frond layer show`: what a layer promises its users. */
export function layerShowCommand(): Command {
  return withCommonOptions(new Command("show"))
    .description("what a layer promises: where its data is, what happens if somebody is silent, who can change what")
    .argument("<layer>", "by its name or id")
    .action(async (layer: string, _options: unknown, self: Command) => show(settingsOf(self), layer));
}

async function show(settings: Settings, layer: string): Promise<void> {
  const { coordinatorUrl } = networkOf(settings);
  const layerId = /^0x[0-9a-fA-F]{1,64}$/.test(layer)
    ? fieldToHex(BigInt(layer))
    : (layerOf(settings, layer).layerId as `0x${string}`);
  const promises = (await ask(coordinatorUrl, "frond_layerPromises", { layerId }).catch((error: unknown) => {
    if (!(error instanceof RpcError) || error.code !== "rpc/not-found") throw error;
    throw new UsageError(
      `L1 has no layer ${layer} yet, so nothing is promised of it. Wait until an epoch has registered it.`,
      { layer },
    );
  })) as { readonly rows: readonly Row[] };
  printResult(settings, promises, promises.rows.map(textOf).join("\n"));
}

const INDENT = "    ";
const COLUMNS = 110;

function textOf({ about, promise, detail }: Row): string {
  const lines = [`${about}: ${promise}`];
  let line = INDENT;
  for (const word of detail.split(" ")) {
    if (line.length + word.length > COLUMNS && line !== INDENT) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}
