import { fieldToHex, hexToField } from "@frond/foundation";
import { decodeView, encodeView, returnedType } from "@frond/language";
import { Command } from "commander";
import { typeName } from "../arguments/describeType.ts";
import { describeArguments, flagOf, pairsOf, parseViewArguments, VIEW_OPTIONS } from "../arguments/methodCall.ts";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { applicationOf, layerOf, locateLayer, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint, layerOption } from "../terminal/hint.ts";
import { describe, formatTable, printResult } from "../terminal/output.ts";
import { shownPlain } from "../terminal/shownPlain.ts";
import { wholeNumber } from "./options.ts";

type Options = { layer?: string; arg: string[]; block?: number; fromFollower?: string };

export function viewCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("view")))
    .description("ask a layer's application a question that it declares; prints the answer of the node")
    .argument("[view]", "the view's name; without it, the views are listed, with types")
    .argument("[arguments...]", "its arguments: --name value, or --arg name=value")
    .option("--arg <name=value>", "an argument", (text: string, all: string[]) => [...all, text], [] as string[])
    .option("--block <number>", "a sealed block, after which the state is asked for", wholeNumber(1))
    .option("--from-follower <url>", "of a follower to ask instead of the layer's node")
    .allowUnknownOption()
    .addHelpText("after", "\nExample: frond view quote --layer exchange --amountIn 1ether --sellBase true")
    .action(async (view: string | undefined, rest: string[], _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      if (view === undefined) await listViews(settings, options.layer);
      else await askView(settings, options, { view, pairs: [...options.arg, ...pairsOf(rest)] });
    });
}

async function listViews(settings: Settings, name: string | undefined): Promise<void> {
  const application = await applicationOf(settings, layerOf(settings, name));
  const views = Object.entries(application.views).map(([view, { args, returns }]) => ({
    name: view,
    arguments: describeArguments(args),
    returns: typeName(returnedType(returns)),
  }));
  const lines = views.flatMap(({ name: view, arguments: all, returns }) => [
    `${view} -> ${returns}`,
    ...formatTable(
      all.map(({ name: argument, type, give }) => [`  ${flagOf(argument, VIEW_OPTIONS).trimEnd()}`, type, give]),
    ).split("\n"),
  ]);
  const next = `Ask one: ${hint(settings, "view <view> --<argument> <value> ..", { layer: name })}`;
  const text =
    views.length === 0 ? `${application.name} has no views.` : [...lines.filter(Boolean), "", next].join("\n");
  printResult(settings, { application: application.name, views }, text);
}

async function askView(
  settings: Settings,
  { layer: name, block, fromFollower }: Options,
  { view, pairs }: { readonly view: string; readonly pairs: readonly string[] },
): Promise<void> {
  if (fromFollower !== undefined && block !== undefined)
    throw new UsageError("A follower knows the last state on L1 only. Leave out --block.", { block });
  const layer = layerOf(settings, name);
  const application = await applicationOf(settings, layer);
  const place = `${layerOption(name)}${settings.dataOption}`;
  const args = parseViewArguments(application, view, { pairs, names: await namesOf(settings, pairs), place });
  const encoded = encodeView(application, view, args).map((field) => fieldToHex(field));
  const url =
    fromFollower === undefined
      ? (await locateLayer(settings, name)).url
      : `${fromFollower.replace(/\/$/, "")}/layers/${fieldToHex(BigInt(layer.layerId))}`;
  const params = { view, args: encoded, ...(block === undefined ? {} : { block }) };
  const { values } = (await ask(url, "frond_view", params)) as { values: string[] };
  const type = returnedType(application.views[view]!.returns);
  const shown = shownPlain(type, decodeView(application, view, values.map(hexToField)));
  printResult(settings, shown, type.kind === "struct" ? describe(shown as Record<string, unknown>) : String(shown));
}
