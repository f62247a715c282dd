import { until } from "@frond/foundation";
import { Command } from "commander";
import { addressOfText } from "../arguments/addressOfText.ts";
import { type Asset, amountIn, showAmount } from "../arguments/assets.ts";
import { UsageError } from "../errors.ts";
import { type AnyClient, clientOf } from "../network/accounts.ts";
import { findAsset, ofLayerOne } from "../network/findAsset.ts";
import { applicationOf, layerOf, withLayerOption } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatFields, printResult } from "../terminal/output.ts";

type Options = { account?: string; asset: string; layer?: string; refundTo?: string; wait: boolean };

const POLL_MILLISECONDS = 200;

/** `frond deposit`: from the account on L1 to its account on any layer, however deep, in one step. */
export function depositCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("deposit")))
    .description("move ether or a token from L1 straight to a layer")
    .argument("<amount>", "in the smallest unit, or as 0.5ether")
    .option("--account <name>", "whose")
    .option("--asset <asset>", "ether, or a token by its symbol or address", "ether")
    .option("--refund-to <address>", "who may claim it on L1 if it comes back; the account itself if not given")
    .option("--wait", "wait until the layer has handled it", false)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      const asset = await findAsset(settings, options.asset);
      await deposit(settings, { ...options, asset, amount: amountIn(asset, text) });
    });
}

async function deposit(
  settings: Settings,
  options: Omit<Options, "asset"> & { readonly asset: Asset; readonly amount: bigint },
): Promise<void> {
  const { asset, amount, wait } = options;
  await requireDeposits(settings, options.layer);
  const refundTo = options.refundTo === undefined ? {} : { refundTo: addressOfText(options.refundTo) };
  const { client, layer, owner } = await clientOf(settings, options);
  try {
    const before = await entryOf(client);
    const { id, hash } = await client.deposit({ asset: ofLayerOne(asset), amount, ...refundTo });
    const outcome = wait ? await untilHandled(client, { id: Number(id), depositor: BigInt(owner), before }) : "sent";
    printResult(
      settings,
      { deposit: Number(id), layer: layer.name, asset: asset.name, amount, l1Transaction: hash, status: outcome },
      formatFields({
        deposit: `${id}: ${showAmount(amount, asset)} to ${layer.name}`,
        "L1 transaction": hash,
        next: NEXT[outcome],
      }),
    );
  } finally {
    await client.close();
  }
}

const NEXT = {
  sent: "the layer credits it in a moment: frond account show",
  credited: "credited: frond account show",
  returned: "the application did not credit it, so it goes back: frond claim when the epoch has settled",
} as const;

async function requireDeposits(settings: Settings, name: string | undefined): Promise<void> {
  const layer = layerOf(settings, name);
  const { program } = await applicationOf(settings, layer);
  if (program.handlers.some((handler) => handler.name === "deposit")) return;
  throw new UsageError(
    `${layer.name} would send the deposit back: its application ${program.name} has no \`receive.deposit\`. Deposit to another layer with --layer.`,
    { layer: layer.name },
  );
}

async function untilHandled(
  client: AnyClient,
  { before, ...deposit }: { readonly id: number; readonly depositor: bigint; readonly before: string },
): Promise<"credited" | "returned"> {
  const isHandled = async () => (await client.node.deposit(deposit)).isHandled;
  await until(isHandled, { everyMilliseconds: POLL_MILLISECONDS });
  return (await entryOf(client)) === before ? "returned" : "credited";
}

/** The account's entry, comparable. */
async function entryOf(client: AnyClient): Promise<string> {
  return String((await client.node.account(client.address)).values);
}
