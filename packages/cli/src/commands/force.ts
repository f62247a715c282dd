import { type Field, fieldToHex } from "@frond/foundation";
import { encodeArguments } from "@frond/language";
import { formatTime } from "@frond/protocol";
import { deriveLayerSecret, type ForcedCall, type ForcedStatus, forceCall } from "@frond/sdk";
import { Command } from "commander";
import { formatEther } from "viem";
import { FORCE_OPTIONS, pairsOf, parseArguments } from "../arguments/methodCall.ts";
import { UsageError } from "../errors.ts";
import { applicationAt, findLayerId, type LayerOneAt, layersHere } from "../network/findLayer.ts";
import {
  type LayerOneFlags,
  layerOneOf,
  placeOption,
  withFromBlockOption,
  withLayerOneOptions,
} from "../network/layerOnePlace.ts";
import { namesAt } from "../network/namesOf.ts";
import { type NonceFlags, nextNonce } from "../network/nextNonce.ts";
import { untilTaken } from "../network/untilTaken.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint, layerOption } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { addresses } from "./options.ts";

type Options = LayerOneFlags &
  NonceFlags & {
    account?: string;
    layer?: string;
    application?: string;
    arg: string[];
    fromBlock?: number;
    wait: boolean;
  };

type Call = { readonly method: string; readonly pairs: readonly string[] };

/** `frond force`: like `frond call`, but by L1, so that the layer's operators can't leave the call out. */
export function forceCommand(): Command {
  return withFromBlockOption(withLayerOneOptions(withCommonOptions(new Command("force"))))
    .description("call a method by way of L1, where the layer can't leave the call out; L1 takes a price for it")
    .argument("<method>", "the method's name: `frond call` lists them")
    .argument("[arguments...]", "its arguments: --name value, or --arg name=value")
    .option("--layer <layer>", "by name or id; the trunk of the data directory's network if none is named")
    .option("--account <name>", "who signs, and pays on L1")
    .option("--arg <name=value>", "an argument", (text: string, all: string[]) => [...all, text], [] as string[])
    .option("--application <application>", "that the layer runs, if the data directory has no network")
    .option("--nonce <number>", "the account's next nonce, if nothing below knows it; a greater one does, too")
    .option("--from <directory>", "--data of `frond follow`: the nonce is that of the account there")
    .option("--from-follower <urls>", "of followers, which are asked for the nonce", addresses, [])
    .option("--wait", "wait until the layer has taken it, and say whether it was executed", false)
    .allowUnknownOption()
    .addHelpText("after", "\nExample: frond force withdraw --amount 1ether --recipient alice --layer desk")
    .action(async (method: string, rest: string[], _options: unknown, self: Command) => {
      const options = self.opts<Options>();
      await forceMethod(settingsOf(self), options, { method, pairs: [...options.arg, ...pairsOf(rest)] });
    });
}

async function forceMethod(settings: Settings, options: Options, { method, pairs }: Call): Promise<void> {
  const { l1, place, account } = await layerOneOf(settings, options);
  const { settlement } = l1;
  const layers = layersHere(settings, place);
  const layerId = await layerIdOf(settings, options, { ...l1, place });
  const name = layers.find((layer) => layer.layerId === layerId)?.name;
  if (options.wait && name === undefined)
    throw new UsageError(
      "Only the layer's node says what became of a call, and the data directory has no network that names the node. Leave out --wait.",
    );
  const { application } = await applicationAt(settings, layerId, { ...options, place });
  const chainId = await l1.publicClient.getChainId();
  const args = parseArguments(application, method, {
    pairs,
    names: await namesAt(settings, pairs, { chainId, settlement, layers }),
    place: `${layerOption(options.layer)}${settings.dataOption}`,
    command: { name: "force", options: FORCE_OPTIONS },
  });
  const secret = await deriveLayerSecret(account, { chainId: BigInt(chainId), settlement });
  const nonce = await nextNonce(settings, options, { secret, layerId, name, chainId, settlement });
  const call = encodeArguments(application, method, args as never);
  const forced = await forceCall(l1, secret, { layerId, ...call, nonce });
  const status = options.wait ? await untilTaken(settings, name, forced) : undefined;
  const layer = name ?? fieldToHex(layerId);
  printForced(settings, { forced, status, layer, nonce, place: placeOption(settings, place) });
}

/** As it is named, or the trunk of the data directory's network. @throws UsageError */
async function layerIdOf(settings: Settings, { layer, fromBlock }: Options, at: LayerOneAt): Promise<Field> {
  if (layer !== undefined) return await findLayerId(settings, layer, { ...at, fromBlock });
  const trunk = layersHere(settings, at.place).find(({ isTrunk }) => isTrunk);
  if (trunk !== undefined) return trunk.layerId;
  throw new UsageError("Nothing says which layer is meant. Give --layer, by name or id.");
}

type ForcedAs = {
  readonly forced: ForcedCall;
  readonly status: ForcedStatus | undefined;
  readonly layer: string;
  readonly nonce: number;
  /** What hints repeat of where L1 is. */
  readonly place: string;
};

function printForced(settings: Settings, as: ForcedAs): void {
  const { forced, status, layer, nonce } = as;
  const { id, deadline, hash, price, l1Transaction } = forced;
  const deadlineText = formatTime(Number(deadline));
  printResult(
    settings,
    {
      ...{ id: Number(id), layer, hash: fieldToHex(hash), deadline: Number(deadline), isoDeadline: deadlineText },
      ...{ nonce, price, l1Transaction, status: status?.status ?? "waiting" },
      ...(status !== undefined && { ok: status.ok, block: status.block, problem: status.problem }),
    },
    formatFields({
      forced: `${id} on ${layer}, for ${formatEther(price)} ether`,
      hash: fieldToHex(hash),
      "L1 transaction": l1Transaction,
      deadline: deadlineText,
      next: nextOf(settings, as, deadlineText),
    }),
  );
}

function nextOf(settings: Settings, { status, layer, place }: ForcedAs, deadline: string): string {
  if (status?.ok === true) return `executed in block ${status.block}`;
  if (status !== undefined) return `invalid, and taken without an effect: ${status.problem}`;
  return (
    `the layer executes it in a moment. If it still waits once an epoch has settled after ${deadline}, freeze the ` +
    `layer with ${hint(settings, `freeze${place}`, { layer })}, and leave it with ` +
    `${hint(settings, `escape${place}`, { layer })}`
  );
}
