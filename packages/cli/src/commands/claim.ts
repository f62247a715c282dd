import { claim, claimFor, type L1, readCredit, takeBack } from "@frond/contracts";
import { Command } from "commander";
import type { Hex } from "viem";
import { type Asset, amountIn, assetsOf, showAmount } from "../arguments/assets.ts";
import { UsageError } from "../errors.ts";
import { addressOf } from "../network/accounts.ts";
import { findAsset } from "../network/findAsset.ts";
import { type LayerOneFlags, layerOneOf, withLayerOneOptions } from "../network/layerOnePlace.ts";
import { tokensAt } from "../network/tokensAt.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { printResult } from "../terminal/output.ts";

type Options = LayerOneFlags & {
  account?: string;
  asset?: string;
  amount?: string;
  minimum?: string;
  to?: string;
  for?: string;
  deposit?: string;
};
/** What is asked for, of one asset; `owner` is somebody else for whom it is claimed. */
type Asked = {
  readonly asset: Asset;
  readonly amount: bigint | undefined;
  readonly minimum: bigint | undefined;
  readonly recipient: Hex | undefined;
  readonly owner: Hex | undefined;
};
type Claim = { readonly asset: Asset; readonly amount: bigint; readonly paid: bigint; readonly l1Transaction: string };

/** `frond claim`: takes what was withdrawn from any layer, or what bounced, on L1. */
export function claimCommand(): Command {
  return withLayerOneOptions(withCommonOptions(new Command("claim")))
    .description("take on L1 what was withdrawn from any layer and has settled, or what came back")
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether, or a token by its symbol or address; all of the network if not given")
    .option("--amount <amount>", "how much at most, of one --asset; everything if not given")
    .option("--minimum <amount>", "what has to be paid at least: for a token of which less is there than is owed")
    .option("--to <address>", "who is paid, by address or by the name of an account; the account itself if not given")
    .option(
      "--for <address>",
      "claim for this owner, who is paid, by address or name; the account pays for the transaction only",
    )
    .option(
      "--deposit <transaction>",
      "first take back what this L1 transaction deposited, which no layer took in a day",
    )
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      requireSense(options);
      // L1 alone is asked: whoever has left a layer may have no node to ask, and no file of the network.
      const { l1, place } = await layerOneOf(settings, options);
      const network = { ...place, tokens: [...(await tokensAt(settings, l1))] };
      const assets = options.asset === undefined ? assetsOf(network) : [await findAsset(network, options.asset)];
      const amountOf = (text: string | undefined) => (text === undefined ? undefined : amountIn(assets[0]!, text));
      const given = (text: string | undefined) => (text === undefined ? undefined : addressOf(settings, text));
      const asked = {
        amount: amountOf(options.amount),
        minimum: amountOf(options.minimum),
        recipient: given(options.to),
        owner: given(options.for),
      };
      const takenBack =
        options.deposit === undefined ? [] : await takeBack(l1, { transaction: transactionOf(options.deposit) });
      const claims: Claim[] = [];
      for (const asset of assets) claims.push(...(await claimAsset(l1, { asset, ...asked })));
      printResult(
        settings,
        {
          ...(options.deposit === undefined ? {} : { takenBack: takenBack.map(({ id }) => Number(id)) }),
          claims: claims.map(({ asset, ...rest }) => ({ asset: asset.name, ...rest })),
        },
        claims.map(shown).join("\n") ||
          `Nothing to claim yet. Wait until the withdrawal's epoch has settled: ${hint(settings, "status")}`,
      );
    });
}

/** Claims one asset, if there is a credit. */
async function claimAsset(l1: L1, { asset, amount, minimum, recipient, owner }: Asked): Promise<Claim[]> {
  const { number } = asset;
  if ((await readCredit(l1, { owner: owner ?? l1.wallet.account.address, asset: number })) === 0n) return [];
  const limits = amount === undefined ? {} : { amount };
  const { hash, ...claimed } =
    owner === undefined
      ? await claim(l1, {
          asset: number,
          ...limits,
          ...(minimum === undefined ? {} : { minimum }),
          ...(recipient === undefined ? {} : { recipient }),
        })
      : await claimFor(l1, { owner, asset: number, ...limits });
  return [{ asset, amount: claimed.amount, paid: claimed.paid, l1Transaction: hash }];
}

function shown({ asset, amount, paid }: Claim): string {
  if (amount === paid) return `claimed ${showAmount(amount, asset)}`;
  return `claimed ${showAmount(amount, asset)}, of which ${showAmount(paid, asset)} was there and was paid`;
}

/** Refuses options that leave open what is meant. @throws UsageError */
function requireSense(options: Options): void {
  if (options.asset === undefined && (options.amount ?? options.minimum) !== undefined)
    throw new UsageError("--amount and --minimum are amounts of one asset. Name it with --asset.");
  if (options.for !== undefined && (options.to ?? options.minimum) !== undefined)
    throw new UsageError("--for pays the owner, in full. Leave out --to and --minimum, which only the owner may give.");
}

function transactionOf(text: string): `0x${string}` {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text as `0x${string}`;
  throw new UsageError(`${text} is no transaction of L1. Give the hash that \`frond deposit\` printed.`, { text });
}
