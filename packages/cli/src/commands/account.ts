import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { decodePlain, type Type } from "@frond/language";
import { readNetworkFile } from "@frond/network/directory";
import { addressOf as layerAddressOf } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { Command } from "commander";
import { formatEther } from "viem";
import { assetsOf, showAmount } from "../arguments/assets.ts";
import { readKey } from "../arguments/readKey.ts";
import { type AnyClient, accountOf, clientOf, readAccounts } from "../network/accounts.ts";
import { importAccount, newAccount } from "../network/addAccount.ts";
import { type LayerOneFlags, layerOneOf, withLayerOneOptions } from "../network/layerOnePlace.ts";
import { networkOf, withLayerOption } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatFields, printResult, toJsonLine } from "../terminal/output.ts";
import { shownPlain } from "../terminal/shownPlain.ts";

type Options = LayerOneFlags & { layer?: string };

export function accountCommand(): Command {
  const command = new Command("account").description("make, import, export and show accounts");
  withLayerOption(withCommonOptions(command.command("new")))
    .description("make an account; on a local network it gets ether and quote tokens on L1; needs no network")
    .argument("[name]", "its name in the data directory", "default")
    .action(async (name: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      await newAccount(settings, name);
      await show(settings, name, self.opts<Options>());
    });
  withCommonOptions(command.command("import"))
    .description("keep an account that there is already: its private key is read from stdin, or FROND_ACCOUNT_KEY")
    .argument("[name]", "its name in the data directory", "default")
    .addHelpText("after", "\nExample: frond account export alice --data /srv/frond | frond account import alice")
    .action(async (name: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      await importAccount(settings, name, await readKey());
      await showOnLayerOne(settings, name, {});
    });
  withCommonOptions(command.command("export"))
    .description("print an account's private key: whoever has it has all that the account has")
    .argument("[name]", "its name; the only one if there is one")
    .action(async (name: string | undefined, _options: unknown, self: Command) => print(settingsOf(self), name));
  withLayerOneOptions(withLayerOption(withCommonOptions(command.command("show"))))
    .description("show an account's addresses, and what it has on a layer; without a network, the addresses")
    .argument("[name]", "its name; the only one if there is one")
    .action(async (name: string | undefined, _options: unknown, self: Command) =>
      show(settingsOf(self), name, self.opts<Options>()),
    );
  return command;
}

async function show(settings: Settings, name: string | undefined, options: Options): Promise<void> {
  const isElsewhere = options.l1 !== undefined || options.settlement !== undefined;
  if (isElsewhere || readNetworkFile(settings.dataDirectory) === undefined)
    return await showOnLayerOne(settings, name, options);
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

/** What follows from the key: on the layers an account has another address in each deployment. */
async function showOnLayerOne(settings: Settings, name: string | undefined, flags: LayerOneFlags): Promise<void> {
  const { name: chosen, account } = accountOf(settings, name);
  const isPlaced = flags.l1 !== undefined || flags.settlement !== undefined;
  const address = isPlaced ? await addressOnLayers(settings, { ...flags, account: chosen }) : undefined;
  const l1Address = account.address;
  printResult(
    settings,
    { name: chosen, l1Address, ...(address === undefined ? {} : { address }) },
    formatFields({ account: chosen, "L1 address": l1Address, "layer address": address }),
  );
}

async function addressOnLayers(settings: Settings, flags: LayerOneFlags & { account: string }): Promise<string> {
  const { l1, account } = await layerOneOf(settings, flags);
  const chainId = BigInt(await l1.publicClient.getChainId());
  const secret = await deriveLayerSecret(account, { chainId, settlement: l1.settlement });
  return fieldToHex(layerAddressOf(publicKeyOf(secret)));
}

/** Nothing but the key goes to stdout, so that it can be piped. */
function print(settings: Settings, name: string | undefined): void {
  const { name: chosen, account } = accountOf(settings, name);
  const { privateKey } = readAccounts(settings)[chosen]!;
  printResult(settings, { name: chosen, l1Address: account.address, privateKey }, privateKey);
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
