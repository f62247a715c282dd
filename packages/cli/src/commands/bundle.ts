import { fieldToHex } from "@frond/foundation";
import type { AnyApplication } from "@frond/network/applications";
import { walletAt } from "@frond/network/wallets";
import { formatTime } from "@frond/protocol";
import { createNetworkClient, type PreparedCall } from "@frond/sdk";
import { Command } from "commander";
import * as z from "zod";
import { parseArguments } from "../arguments/methodCall.ts";
import { InexactNumberError, parseJsonExactly } from "../arguments/parseJson.ts";
import { UsageError } from "../errors.ts";
import { type AnyClient, accountOf } from "../network/accounts.ts";
import { applicationOf, layerOf, networkOf } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { layerOption } from "../terminal/hint.ts";
import { formatTable, printResult } from "../terminal/output.ts";
import { describeSent } from "./call.ts";

/** One leg as it is written on the command line: its arguments are texts still. */
export type LegText = { readonly layer: string; readonly method: string; readonly pairs: readonly string[] };

type Options = { account?: string; leg: string[]; wait: boolean };
type Leg = LegText & { readonly application: AnyApplication; readonly args: Readonly<Record<string, unknown>> };

/** `frond bundle`: calls on several layers that all happen or none does. */
export function bundleCommand(): Command {
  return withCommonOptions(new Command("bundle"))
    .description("call methods on several layers at once: all happen, or none does")
    .argument("[json]", '[{ "layer": "exchange", "method": "swap", "args": { "amountIn": "0.1ether", .. } }, ..]')
    .option(
      "--leg <leg>",
      'one call: "layer method name=value name=value"; in the order given',
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option("--account <name>", "who signs")
    .option("--wait", "wait until it has settled on L1", false)
    .addHelpText(
      "after",
      '\nExample: frond bundle --leg "orbits sellProbe berth=1 minimum=1" --leg "exchange swap amountIn=0.1ether minimumOut=1 sellBase=true"',
    )
    .action(async (json: string | undefined, _options: unknown, self: Command) => {
      const options = self.opts<Options>();
      const texts = [...(json === undefined ? [] : parseLegs(json)), ...options.leg.map(parseLeg)];
      if (texts.length < 2) {
        throw new UsageError(
          `A bundle has at least two legs, not ${texts.length}. Give each with --leg, or all as JSON.`,
        );
      }
      await sendLegs(settingsOf(self), options, texts);
    });
}

async function sendLegs(settings: Settings, options: Options, texts: readonly LegText[]): Promise<void> {
  const { l1Url, coordinatorUrl } = networkOf(settings);
  // What can't be read is refused before anybody is asked.
  const legs: Leg[] = [];
  const names = await namesOf(
    settings,
    texts.flatMap(({ pairs }) => pairs),
  );
  for (const text of texts) {
    const application = await applicationOf(settings, layerOf(settings, text.layer));
    const place = `${layerOption(text.layer)}${settings.dataOption}`;
    legs.push({
      ...text,
      application,
      args: parseArguments(application, text.method, { pairs: text.pairs, names, place }),
    });
  }
  const network = createNetworkClient({
    coordinator: coordinatorUrl,
    applications: Object.fromEntries(legs.map(({ layer, application }) => [layer, application])),
    wallet: await walletAt(l1Url, accountOf(settings, options.account).account),
    l1: l1Url,
  });
  try {
    const prepared: PreparedCall[] = [];
    for (const { layer, method, args } of legs) {
      const client: AnyClient = await network.client(layer);
      prepared.push(client.prepare[method]!(args as never));
    }
    const started = performance.now();
    const bundle = await network.bundle(prepared);
    const milliseconds = Math.round(performance.now() - started);
    if (options.wait) await bundle.settled();
    const status = { milliseconds, isSettled: options.wait };
    const results = bundle.legs.map((sent, i) => ({ ...nameOf(legs[i]!), ...describeSent(sent, status).result }));
    printResult(
      settings,
      { id: fieldToHex(bundle.id), status: options.wait ? "settled" : "preconfirmed", milliseconds, legs: results },
      [
        `bundle ${fieldToHex(bundle.id)}: ${options.wait ? "settled" : `preconfirmed in ${milliseconds} ms`}`,
        formatTable(
          bundle.legs.map(({ hash, preconfirmation: { block, position, time } }, i) => [
            `  ${legs[i]!.layer}`,
            legs[i]!.method,
            `block ${block} of ${formatTime(time)}, position ${position}`,
            fieldToHex(hash),
          ]),
        ),
      ].join("\n"),
    );
  } finally {
    await network.close();
  }
}

function nameOf({ layer, method }: LegText) {
  return { layer, method };
}

/** `layer method name=value name=value`. @throws UsageError */
export function parseLeg(text: string): LegText {
  const [layer, method, ...pairs] = text.trim().split(/\s+/);
  const wrong = pairs.find((pair) => !pair.includes("="));
  if (layer === undefined || method === undefined || wrong !== undefined) {
    throw new UsageError(
      `The leg ${JSON.stringify(text)} can't be read. Write it as "layer method name=value name=value".`,
      {
        text,
      },
    );
  }
  return { layer, method, pairs };
}

const legsSchema = z.array(
  z.strictObject({ layer: z.string(), method: z.string(), args: z.record(z.string(), z.unknown()).default({}) }),
);

/** Legs as JSON; values may be texts as on the command line, numbers, booleans, objects. @throws UsageError */
export function parseLegs(json: string): LegText[] {
  const example = '[{ "layer": "exchange", "method": "swap", "args": { "amountIn": "0.1ether" } }, ..]';
  let value: unknown;
  try {
    value = parseJsonExactly(json);
  } catch (error) {
    if (error instanceof InexactNumberError) throw new UsageError(`In the bundle, ${error.message}.`, { json });
    throw new UsageError(`The bundle is not JSON. Write it as ${example}.`, { json });
  }
  const result = legsSchema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw new UsageError(
      `The bundle's ${path.join(".") || "list of legs"} can't be read: ${message}. Write it as ${example}.`,
      { path },
    );
  }
  return result.data.map(({ layer, method, args }) => ({
    layer,
    method,
    pairs: Object.entries(args).map(
      ([name, given]) => `${name}=${typeof given === "string" ? given : JSON.stringify(given)}`,
    ),
  }));
}
