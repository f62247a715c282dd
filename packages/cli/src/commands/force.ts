import { layerOneTransport } from "@frond/contracts";
import { fieldToHex, hexToField, publicKeyOf, until } from "@frond/foundation";
import { encodeArguments } from "@frond/language";
import { walletAt } from "@frond/network/wallets";
import { addressOf, formatTime } from "@frond/protocol";
import { deriveLayerSecret, type ForcedCall, type ForcedStatus, forceCall, TransportError } from "@frond/sdk";
import { Command } from "commander";
import { createPublicClient, formatEther } from "viem";
import * as z from "zod";
import { pairsOf, parseArguments } from "../arguments/methodCall.ts";
import { UsageError } from "../errors.ts";
import { accountOf } from "../network/accounts.ts";
import { askLayer } from "../network/ask.ts";
import { applicationOf, layerOf, networkOf, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint, layerOption } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";

type Options = { account?: string; layer?: string; arg: string[]; nonce?: string; wait: boolean };

const POLL_MILLISECONDS = 500;

/** `frond force`: like `frond call`, but by L1, so that the layer's operators can't leave the call out. */
export function forceCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("force")))
    .description("call a method by way of L1, where the layer can't leave the call out; L1 takes a price for it")
    .argument("<method>", "the method's name: `frond call` lists them")
    .argument("[arguments...]", "its arguments: --name value, or --arg name=value")
    .option("--account <name>", "who signs, and pays on L1")
    .option("--arg <name=value>", "an argument", (text: string, all: string[]) => [...all, text], [] as string[])
    .option("--nonce <number>", "the account's next nonce; needed if no node of the layer answers")
    .option("--wait", "wait until the layer has taken it, and say whether it was executed", false)
    .allowUnknownOption()
    .action(async (method: string, rest: string[], _options: unknown, self: Command) => {
      const options = self.opts<Options>();
      await forceMethod(settingsOf(self), options, { method, pairs: [...options.arg, ...pairsOf(rest)] });
    });
}

async function forceMethod(
  settings: Settings,
  options: Options,
  { method, pairs }: { readonly method: string; readonly pairs: readonly string[] },
): Promise<void> {
  const layer = layerOf(settings, options.layer);
  const application = await applicationOf(settings, layer);
  const place = `${layerOption(options.layer)}${settings.dataOption}`;
  const args = parseArguments(application, method, { pairs, names: await namesOf(settings, pairs), place });
  const { l1Url, settlement, chainId } = networkOf(settings);
  const { account } = accountOf(settings, options.account);
  const secret = await deriveLayerSecret(account, { chainId: BigInt(chainId), settlement });
  const nonce = await nonceOf(settings, options, secret);
  const publicClient = createPublicClient({ transport: layerOneTransport(l1Url) });
  const l1 = { wallet: await walletAt(l1Url, account), publicClient, settlement };
  const call = encodeArguments(application, method, args as never);
  const forced = await forceCall(l1, secret, { layerId: hexToField(layer.layerId), ...call, nonce });
  const status = options.wait ? await untilTaken(settings, options, forced) : undefined;
  printForced(settings, { forced, status, layer: layer.name });
}

/** As it is given, or what the layer's node says; the node may be silent, which is what forcing is for. */
async function nonceOf(settings: Settings, { nonce, layer }: Options, secret: bigint): Promise<number> {
  if (nonce !== undefined) {
    if (!/^\d{1,10}$/.test(nonce)) throw new UsageError(`${nonce} is no nonce. Give a whole number.`, { nonce });
    return Number(nonce);
  }
  const address = fieldToHex(addressOf(publicKeyOf(secret)));
  try {
    const answer = await askLayer(settings, layer, { method: "frond_getAccount", params: { address } });
    return z.looseObject({ nonce: z.number() }).parse(answer).nonce;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UsageError(
      "No node of the layer answers, so the account's next nonce is not known. " +
        "Give it with --nonce: that of a follower (`frond follow`), or one that is greater than any used.",
    );
  }
}

async function untilTaken(settings: Settings, { layer }: Options, { hash }: ForcedCall): Promise<ForcedStatus> {
  const ask = () => askLayer(settings, layer, { method: "frond_getForced", params: { hash: fieldToHex(hash) } });
  return await until(
    async () => {
      const status = (await ask()) as ForcedStatus;
      return status.status === "unknown" ? undefined : status;
    },
    { everyMilliseconds: POLL_MILLISECONDS },
  );
}

function printForced(
  settings: Settings,
  {
    forced,
    status,
    layer,
  }: { readonly forced: ForcedCall; readonly status: ForcedStatus | undefined; readonly layer: string },
): void {
  const { id, deadline, hash, price, l1Transaction } = forced;
  const deadlineText = formatTime(Number(deadline));
  printResult(
    settings,
    {
      ...{ id: Number(id), layer, hash: fieldToHex(hash), deadline: Number(deadline), isoDeadline: deadlineText },
      ...{ price, l1Transaction, status: status?.status ?? "waiting" },
      ...(status !== undefined && { ok: status.ok, block: status.block, problem: status.problem }),
    },
    formatFields({
      forced: `${id} on ${layer}, for ${formatEther(price)} ether`,
      hash: fieldToHex(hash),
      "L1 transaction": l1Transaction,
      deadline: deadlineText,
      next: nextOf(settings, { status, layer, deadline: deadlineText }),
    }),
  );
}

function nextOf(
  settings: Settings,
  { status, layer, deadline }: { status: ForcedStatus | undefined; layer: string; deadline: string },
): string {
  if (status?.ok === true) return `executed in block ${status.block}`;
  if (status !== undefined) return `invalid, and taken without an effect: ${status.problem}`;
  return (
    `the layer executes it in a moment. If it still waits once an epoch has settled after ${deadline}, freeze the ` +
    `layer with ${hint(settings, "freeze", { layer })}, and leave it with ${hint(settings, "escape", { layer })}`
  );
}
