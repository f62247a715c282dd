import { fieldToHex } from "@frond/foundation";
import { Command } from "commander";
import { formatEther } from "viem";
import { accountOf, clientOf, networkOf } from "../accounts.ts";
import { parseAmount } from "../application.ts";
import { UsageError } from "../errors.ts";
import { formatFields, printResult } from "../output.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";

type MoneyOptions = { account?: string; asset: string; to?: string; wait: boolean };

const ASSETS = { ether: { number: 1n, unit: "ETH" }, quote: { number: 2n, unit: "QUOTE" } } as const;
type AssetName = keyof typeof ASSETS;

/** `frond deposit`: from the account on L1 to its account on the layer. */
export function depositCommand(): Command {
  return moneyCommand("deposit", "move ether or quote tokens from L1 to the layer")
    .argument("<amount>", "in the smallest unit, or as 0.5ether")
    .option("--wait", "wait until the layer has credited it", false)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<MoneyOptions>();
      const [name, amount] = [assetOf(options.asset), amountOf(text)];
      const network = networkOf(settings);
      const client = await clientOf(settings, options.account);
      try {
        const before = await client.state.accounts.get(client.address);
        const asset = name === "ether" ? name : { token: network.quoteToken };
        const { id, hash } = await client.deposit({ asset, amount });
        const field = name === "ether" ? "base" : "quote";
        const wanted = (before?.[field] ?? 0n) + amount;
        while (options.wait && ((await client.state.accounts.get(client.address))?.[field] ?? 0n) < wanted) {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        printResult(
          settings,
          { deposit: Number(id), asset: name, amount, l1Transaction: hash },
          formatFields({
            deposit: `${id}: ${formatEther(amount)} ${ASSETS[name].unit}`,
            "L1 transaction": hash,
            next: options.wait
              ? "credited: frond account show"
              : "the layer credits it in a moment: frond account show",
          }),
        );
      } finally {
        await client.close();
      }
    });
}

/** `frond withdraw`: from the account on the layer to an address on L1, to be claimed there. */
export function withdrawCommand(): Command {
  return moneyCommand(
    "withdraw",
    "move ether or quote tokens from the layer to L1; claim them when the epoch has settled",
  )
    .argument("<amount>", "in the smallest unit, or as 0.5ether")
    .option("--to <address>", "who may claim it on L1; the account itself if not given")
    .option("--wait", "wait until its epoch has settled", false)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<MoneyOptions>();
      const [name, amount] = [assetOf(options.asset), amountOf(text)];
      const recipient = options.to ?? accountOf(settings, options.account).account.address;
      if (!/^0x[0-9a-fA-F]{40}$/.test(recipient))
        throw new UsageError(`${recipient} is no address of L1. Give 0x and 40 hex digits.`);
      const client = await clientOf(settings, options.account);
      try {
        const sent = await client.methods.withdraw({ amount, isBase: name === "ether", recipient: BigInt(recipient) });
        if (options.wait) await sent.settled();
        printResult(
          settings,
          { hash: fieldToHex(sent.hash), asset: name, amount, recipient, epoch: sent.preconfirmation.epoch },
          formatFields({
            withdrawal: `${formatEther(amount)} ${ASSETS[name].unit} to ${recipient}`,
            transaction: fieldToHex(sent.hash),
            next: options.wait
              ? "settled: frond claim"
              : `when epoch ${sent.preconfirmation.epoch} has settled (frond epoch ${sent.preconfirmation.epoch}): frond claim`,
          }),
        );
      } finally {
        await client.close();
      }
    });
}

/** `frond claim`: takes what was withdrawn, or what bounced, on L1. */
export function claimCommand(): Command {
  return withCommonOptions(new Command("claim"))
    .description("take on L1 what was withdrawn and has settled")
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether or quote; both if not given")
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<{ account?: string; asset?: string }>();
      const names: AssetName[] = options.asset === undefined ? ["ether", "quote"] : [assetOf(options.asset)];
      const client = await clientOf(settings, options.account);
      try {
        const claims: { asset: AssetName; amount: bigint; l1Transaction: string }[] = [];
        for (const name of names) {
          const { number } = ASSETS[name];
          if ((await client.credit(number)) === 0n) continue;
          const { amount, hash } = await client.claim(number);
          claims.push({ asset: name, amount, l1Transaction: hash });
        }
        const lines = claims.map(({ asset, amount }) => `claimed ${formatEther(amount)} ${ASSETS[asset].unit}`);
        printResult(
          settings,
          { claims },
          lines.join("\n") || "Nothing to claim yet. Wait until the withdrawal's epoch has settled: frond status",
        );
      } finally {
        await client.close();
      }
    });
}

function moneyCommand(name: string, description: string): Command {
  return withCommonOptions(new Command(name))
    .description(description)
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether or quote", "ether");
}

function assetOf(text: string): AssetName {
  if (Object.hasOwn(ASSETS, text)) return text as AssetName;
  throw new UsageError(`There is no asset ${text}. Use ${Object.keys(ASSETS).join(" or ")}.`, { asset: text });
}

function amountOf(text: string): bigint {
  const amount = parseAmount(text);
  if (amount !== undefined && amount > 0n) return amount;
  throw new UsageError(
    `The amount is ${JSON.stringify(text)}. Give a whole number above 0, or an amount such as 0.5ether.`,
    { text },
  );
}
