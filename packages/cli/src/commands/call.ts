import { fieldToHex } from "@frond/foundation";
import { formatTime } from "@frond/protocol";
import type { SentTransaction } from "@frond/sdk";
import { Command } from "commander";
import { describeMethods, flagOf, pairsOf, parseArguments } from "../arguments/methodCall.ts";
import { clientOf } from "../network/accounts.ts";
import { applicationOf, layerOf, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint, layerOption } from "../terminal/hint.ts";
import { formatFields, formatTable, printResult } from "../terminal/output.ts";

type Options = { account?: string; layer?: string; arg: string[]; wait: boolean };

export function callCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("call")))
    .description("call a method of a layer's application; prints the preconfirmation")
    .argument("[method]", "the method's name; without it, the methods are listed, with types and units")
    .argument("[arguments...]", "its arguments: --name value, or --arg name=value")
    .option("--account <name>", "who signs")
    .option("--arg <name=value>", "an argument", (text: string, all: string[]) => [...all, text], [] as string[])
    .option("--wait", "wait until it has settled on L1", false)
    .allowUnknownOption()
    .addHelpText(
      "after",
      "\nAmounts are in the smallest unit, or in 10^18 of it: 0.5ether. Structs and arrays are JSON.\nNames of accounts stand for their addresses, names of layers for their ids.\nExample: frond call swap --amountIn 0.1ether --minimumOut 1 --sellBase true",
    )
    .action(async (method: string | undefined, rest: string[], _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      if (method === undefined) await listMethods(settings, options.layer);
      else await call(settings, options, { method, pairs: [...options.arg, ...pairsOf(rest)] });
    });
}

async function listMethods(settings: Settings, name: string | undefined): Promise<void> {
  const application = await applicationOf(settings, layerOf(settings, name));
  const methods = describeMethods(application);
  const lines = methods.flatMap(({ name: method, arguments: all }) => [
    method,
    ...formatTable(all.map(({ name: argument, type, give }) => [`  ${flagOf(argument).trimEnd()}`, type, give])).split(
      "\n",
    ),
  ]);
  const next = `Call one: ${hint(settings, "call <method> --<argument> <value> ..", { layer: name })}`;
  printResult(
    settings,
    { application: application.name, methods },
    [...lines.filter((line) => line !== ""), "", next].join("\n"),
  );
}

async function call(
  settings: Settings,
  { account, layer, wait }: Options,
  { method, pairs }: { readonly method: string; readonly pairs: readonly string[] },
): Promise<void> {
  // What can't be read is refused before anybody is asked.
  const application = await applicationOf(settings, layerOf(settings, layer));
  const names = await namesOf(settings, pairs);
  const place = `${layerOption(layer)}${settings.dataOption}`;
  const args = parseArguments(application, method, { pairs, names, place });
  const { client } = await clientOf(settings, { account, layer });
  try {
    const started = performance.now();
    const sent = await client.methods[method]!(args as never);
    const milliseconds = Math.round(performance.now() - started);
    const settled = wait ? await sent.settled() : undefined;
    const { result, text } = describeSent(sent, { milliseconds, isSettled: settled !== undefined });
    printResult(settings, result, text);
  } finally {
    await client.close();
  }
}

/** A preconfirmed transaction, for programs and for people. */
export function describeSent(
  { hash, transaction, preconfirmation }: SentTransaction,
  { milliseconds, isSettled }: { readonly milliseconds: number; readonly isSettled: boolean },
): { readonly result: Record<string, unknown>; readonly text: string } {
  const { time, block, epoch, position } = preconfirmation;
  const status = isSettled ? "settled" : "preconfirmed";
  const { maxFee } = transaction;
  return {
    result: {
      hash: fieldToHex(hash),
      time,
      isoTime: formatTime(time),
      block,
      epoch,
      position,
      milliseconds,
      maxFee,
      status,
    },
    text: formatFields({
      transaction: fieldToHex(hash),
      status: isSettled ? status : `${status} in ${milliseconds} ms`,
      place: `block ${block} of ${formatTime(time)}, position ${position}, epoch ${epoch}`,
    }),
  };
}
