import { Command } from "commander";
import { addressOfText } from "../arguments/addressOfText.ts";
import { amountOf, assetOf, showAmount } from "../arguments/assets.ts";
import { clientOf } from "../network/accounts.ts";
import { findAsset } from "../network/findAsset.ts";
import { networkOf } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatFields, printResult } from "../terminal/output.ts";

type Options = { account?: string; price?: string };

/** `frond token`: numbers of tokens on L1, without which no layer can hold a token. */
export function tokenCommand(): Command {
  const command = new Command("token").description("show the number of a token on L1, or register the token");
  withCommonOptions(command.command("show"))
    .description("show a token's number and decimals, or what its registration costs")
    .argument("<address>", "the token on L1")
    .option("--account <name>", "who asks")
    .action(async (text: string, _options: unknown, self: Command) =>
      show(settingsOf(self), text, self.opts<Options>()),
    );
  withCommonOptions(command.command("register"))
    .description("give a token its number, for a price that nobody gets")
    .argument("<address>", "the token on L1")
    .requiredOption("--price <amount>", "the price in wei, or as 0.001ether, as `frond token show` says it")
    .option("--account <name>", "who pays")
    .action(async (text: string, _options: unknown, self: Command) =>
      register(settingsOf(self), text, self.opts<Options>()),
    );
  return command;
}

async function show(settings: Settings, text: string, options: Options): Promise<void> {
  const { number, decimals, token } = await findAsset(networkOf(settings), addressOfText(text));
  const { client } = await clientOf(settings, { account: options.account });
  try {
    const isRegistered = number !== 0n;
    const price = await client.registrationPrice();
    printResult(
      settings,
      { token, asset: isRegistered ? number : null, decimals, price },
      formatFields({
        token,
        decimals,
        number: isRegistered ? number : `none; its registration costs ${inEther(settings, price)} (${price} wei)`,
      }),
    );
  } finally {
    await client.close();
  }
}

async function register(settings: Settings, text: string, options: Options): Promise<void> {
  const { token } = await findAsset(networkOf(settings), addressOfText(text));
  const price = amountOf(options.price!);
  const { client } = await clientOf(settings, { account: options.account });
  try {
    const { asset, hash } = await client.registerToken(token!, price);
    printResult(
      settings,
      { token, asset, price, l1Transaction: hash },
      formatFields({ token, number: asset, price: inEther(settings, price), "L1 transaction": hash }),
    );
  } finally {
    await client.close();
  }
}

function inEther(settings: Settings, amount: bigint): string {
  return showAmount(amount, assetOf(networkOf(settings), "ether"));
}
