import { fieldToHex } from "@frond/foundation";
import { decodePlain, type Type } from "@frond/language";
import { Command } from "commander";
import { formatEther } from "viem";
import { assetsOf, showAmount } from "../arguments/assets.ts";
import { type AnyClient, accountOf, clientOf, newAccount } from "../network/accounts.ts";
import { networkOf, withLayerOption } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatFields, printResult, toJsonLine } from "../terminal/output.ts";
import { shownPlain } from "../terminal/shownPlain.ts";

type Options = { layer?: string };

export function accountCommand(): Command {
  const command = new Command("account").description("make and show accounts");
  withLayerOption(withCommonOptions(command.command("new")))
    .description("make an account; on a local network it gets ether and quote tokens on L1")
    .argument("[name]", "its name in the data directory", "default")
    .action(async (name: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      networkOf(settings);
      await newAccount(settings, name);
      await show(settings, name, self.opts<Options>());
    });
  withLayerOption(withCommonOptions(command.command("show")))
    .description("show an account's addresses, and what it has on a layer")
    .argument("[name]", "its name; the only one if there is one")
    .action(async (name: string | undefined, _options: unknown, self: Command) =>
      show(settingsOf(self), name, self.opts<Options>()),
    );
  return command;
}

async function show(settings: Settings, name: string | undefined, options: Options): Promise<void> {
  const chosen = accountOf(settings, name);
  const { client, layer, application } = await clientOf(settings, { account: chosen.name, layer: options.layer });
  try {
    const assets = assetsOf(networkOf(settings));
    const [entry, nonce, ...credits] = await Promise.all([
      entryOf(client),
      client.nonce(),
      ...assets.map(({ number }) => client.credit(number)),
    ]);
    const claimable = Object.fromEntries(assets.map(({ name }, i) => [name, credits[i]!]));
    // Who never did anything has zeros: what the entry would be is known from its declaration.
    const fields = shownEntry(application.state.accounts?.value, entry);
    const l1Address = chosen.account.address;
    const address = fieldToHex(client.address);
    printResult(
      settings,
      { name: chosen.name, l1Address, address, layer: layer.name, nonce, ...fields, claimable },
      formatFields({
        account: chosen.name,
        "L1 address": l1Address,
        "layer address": address,
        layer: layer.name,
        nonce,
        ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, shownValue(value)])),
        "claimable on L1": assets.map((asset, i) => showAmount(credits[i]!, asset)).join(", "),
      }),
    );
  } finally {
    await client.close();
  }
}

/** The account's entry in the application's words; undefined if it has none. */
async function entryOf(client: AnyClient): Promise<Record<string, unknown> | undefined> {
  const accounts = client.state.accounts as { get(key: bigint): Promise<unknown> } | undefined;
  return (await accounts?.get(client.address)) as Record<string, unknown> | undefined;
}

function shownEntry(type: Type | undefined, entry: unknown): Record<string, unknown> {
  if (type === undefined) return {};
  return shownPlain(type, entry ?? decodePlain(type, ZEROS, "accounts")) as Record<string, unknown>;
}

/** More than the fields of any entry. */
const ZEROS = Array<bigint>(256).fill(0n);

/** From about here on a number is easier to read in units of 10^18. */
const LARGE = 10n ** 12n;

/** An amount also in units of 10^18, as it can be given on the command line. */
export function shownValue(value: unknown): string {
  if (typeof value === "bigint")
    return value < LARGE || value >= 2n ** 128n ? String(value) : `${value} (${formatEther(value)}ether)`;
  return typeof value === "object" ? toJsonLine(value) : String(value);
}
