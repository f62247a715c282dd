import { fieldToHex } from "@frond/foundation";
import type { Fields } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { Command } from "commander";
import { type Asset, amountIn, assetOf, showAmount } from "../arguments/assets.ts";
import { parseArguments, type ReadArguments } from "../arguments/methodCall.ts";
import { UsageError } from "../errors.ts";
import { accountOf, addressOf, clientOf } from "../network/accounts.ts";
import { applicationOf, layerOf, networkOf, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint, layerOption } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";

type Options = { account?: string; asset: string; layer?: string; to?: string; arg: string[]; wait: boolean };
type Withdrawal = { readonly asset: Asset; readonly amount: bigint; readonly recipient: string };

/** `frond withdraw`: from the account on a layer straight to an address on L1, to be claimed there. */
export function withdrawCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("withdraw")))
    .description("move ether or a token from a layer straight to L1; claim them when the epoch has settled")
    .argument("<amount>", "in the smallest unit, or as 0.5ether")
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether, or a token of the network by its symbol or address", "ether")
    .option("--to <address>", "who may claim it on L1, or the name of an account; the account itself if not given")
    .option(
      "--arg <name=value>",
      "a further argument of the application's method `withdraw`",
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option("--wait", "wait until its epoch has settled", false)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      const { to, account } = options;
      const recipient = to === undefined ? accountOf(settings, account).account.address : addressOf(settings, to);
      const asset = assetOf(networkOf(settings), options.asset);
      await withdraw(settings, options, { asset, amount: amountIn(asset, text), recipient });
    });
}

async function withdraw(settings: Settings, options: Options, withdrawal: Withdrawal): Promise<void> {
  const { asset, amount, recipient } = withdrawal;
  const application = await applicationOf(settings, layerOf(settings, options.layer));
  const args = withdrawArguments(application, withdrawal, {
    pairs: options.arg,
    names: await namesOf(settings, options.arg),
    place: `${layerOption(options.layer)}${settings.dataOption}`,
  });
  const { client, layer } = await clientOf(settings, options);
  try {
    const sent = await client.methods.withdraw!(args as never);
    const { epoch } = sent.preconfirmation;
    if (options.wait) await sent.settled();
    const whose = options.to ?? options.account;
    const claim = hint(settings, whose === undefined || whose.startsWith("0x") ? "claim" : `claim --account ${whose}`);
    printResult(
      settings,
      { hash: fieldToHex(sent.hash), layer: layer.name, asset: asset.name, amount, recipient, epoch },
      formatFields({
        withdrawal: `${showAmount(amount, asset)} to ${recipient}`,
        transaction: fieldToHex(sent.hash),
        next: options.wait
          ? `settled: ${claim}`
          : `when epoch ${epoch} has settled (${hint(settings, `epoch ${epoch}`, options)}): ${claim}`,
      }),
    );
  } finally {
    await client.close();
  }
}

/**
 * The arguments of an application's `withdraw`, by their names: `amount`, `recipient`, and the asset as its number
 * `asset`, or as `isBase` or `isEther` where there are two. Others come from the command line.
 * @throws UsageError if there is no such method
 */
export function withdrawArguments(
  application: AnyApplication,
  { asset, amount, recipient }: Withdrawal,
  { pairs, ...around }: ReadArguments,
): Record<string, unknown> {
  const types: Fields | undefined = application.methods.withdraw;
  if (types === undefined) {
    throw new UsageError(
      `${application.name} has no method withdraw. Move the value to a layer that has one, with one of ${Object.keys(application.methods).join(", ")}.`,
      { application: application.name },
    );
  }
  const known: Readonly<Record<string, string>> = {
    amount: String(amount),
    recipient,
    asset: String(asset.number),
    isBase: String(asset.token === undefined),
    isEther: String(asset.token === undefined),
  };
  const isGiven = (name: string) => pairs.some((pair) => pair.startsWith(`${name}=`));
  const filled = Object.keys(types).filter((name) => Object.hasOwn(known, name) && !isGiven(name));
  const takesAsset = ["asset", "isBase", "isEther"].some((name) => Object.hasOwn(types, name));
  if (!takesAsset && asset.token !== undefined) {
    throw new UsageError(`The method withdraw of ${application.name} knows one asset only. Leave --asset out.`, {
      asset: asset.name,
    });
  }
  return parseArguments(application, "withdraw", {
    ...around,
    pairs: [...filled.map((name) => `${name}=${known[name]}`), ...pairs],
  });
}
