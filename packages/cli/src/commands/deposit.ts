import { FrondError } from "@frond/foundation";
import { Command } from "commander";
import { type Asset, amountIn, showAmount } from "../arguments/assets.ts";
import { UsageError } from "../errors.ts";
import { addressOf, clientOf } from "../network/accounts.ts";
import { accountBefore, untilHandled } from "../network/depositOutcome.ts";
import { findAsset, ofLayerOne } from "../network/findAsset.ts";
import { applicationOf, layerOf, networkOf, withLayerOption } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";

type Options = { account?: string; asset: string; layer?: string; refundTo?: string; wait: boolean };

type Outcome = "sent" | "credited" | "returned";

/** `frond deposit`: from the account on L1 to its account on any layer, however deep, in one step. */
export function depositCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("deposit")))
    .description("move ether or a token from L1 straight to a layer")
    .argument("<amount>", "in the smallest unit, or as 0.5ether")
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether, or a token by its symbol or address", "ether")
    .option(
      "--refund-to <address>",
      "who may claim it on L1 if it comes back, by address or name; the account if not given",
    )
    .option("--wait", "wait until the layer has handled it", false)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      const asset = await findAsset(networkOf(settings), options.asset);
      await deposit(settings, { ...options, asset, amount: amountIn(asset, text) });
    });
}

async function deposit(
  settings: Settings,
  options: Omit<Options, "asset"> & { readonly asset: Asset; readonly amount: bigint },
): Promise<void> {
  const { asset, amount, wait } = options;
  await requireDeposits(settings, options.layer);
  const refundTo = options.refundTo === undefined ? {} : { refundTo: addressOf(settings, options.refundTo) };
  const { client, layer, owner } = await clientOf(settings, options);
  try {
    const before = await accountBefore(client);
    const sent = await client.deposit({ asset: ofLayerOne(asset), amount, ...refundTo });
    const { id, hash } = sent;
    const outcome = wait ? await untilHandled(client, { id: Number(id), depositor: BigInt(owner), before }) : "sent";
    printResult(
      settings,
      {
        deposit: Number(id),
        layer: layer.name,
        asset: asset.name,
        amount: sent.amount,
        l1Transaction: hash,
        status: outcome,
      },
      formatFields({
        deposit: `${id}: ${showAmount(sent.amount, asset)} to ${layer.name}`,
        ...(sent.amount === amount ? {} : { "kept by the token": showAmount(amount - sent.amount, asset) }),
        "L1 transaction": hash,
        next: nextOf(settings, options, outcome),
      }),
    );
    if (outcome === "returned") throw new DepositReturnedError(layer.name, Number(id));
  } finally {
    await client.close();
  }
}

function nextOf(settings: Settings, options: Pick<Options, "account" | "layer">, outcome: Outcome): string {
  const of = (command: string) => (options.account === undefined ? command : `${command} ${options.account}`);
  const show = hint(settings, of("account show"), options);
  if (outcome === "sent") return `the layer credits it in a moment: ${show}`;
  if (outcome === "credited") return `credited: ${show}`;
  const claim = hint(settings, options.account === undefined ? "claim" : `claim --account ${options.account}`);
  return `returned: ${claim}, when the epoch has settled`;
}

async function requireDeposits(settings: Settings, name: string | undefined): Promise<void> {
  const layer = layerOf(settings, name);
  const { program } = await applicationOf(settings, layer);
  if (program.handlers.some((handler) => handler.name === "deposit")) return;
  throw new UsageError(
    `${layer.name} would send the deposit back: its application ${program.name} has no \`receive.deposit\`. Deposit to another layer with --layer.`,
    { layer: layer.name },
  );
}

/** The application refused a deposit, which goes back to its owner on L1. */
export class DepositReturnedError extends FrondError {
  constructor(layer: string, deposit: number) {
    super({
      code: "cli/deposit-returned",
      message:
        `Deposit ${deposit} was not credited: the application of layer ${layer} refused it, so it goes back to L1. ` +
        "Take it back with `frond claim` when the epoch has settled.",
      data: { layer, deposit },
    });
  }
}
