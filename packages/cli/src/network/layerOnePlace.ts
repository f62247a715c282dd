import { type L1, layerOneTransport } from "@frond/contracts";
import { readNetworkFile } from "@frond/network/directory";
import { findDeploymentBlock } from "@frond/network/follower";
import { chainAt, walletAt } from "@frond/network/wallets";
import type { Command } from "commander";
import { createPublicClient, type PublicClient } from "viem";
import { ethereumAddress, wholeNumber } from "../commands/options.ts";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { accountOf } from "./accounts.ts";

/** Where a deployment is on L1. The data directory's network says it unless it is given. */
export type LayerOneFlags = { l1?: string; settlement?: `0x${string}` };

export type LayerOnePlace = {
  readonly l1Url: string;
  readonly settlement: `0x${string}`;
  /** Of the contract's creation; undefined if it has to be looked for. */
  readonly deploymentBlock: number | undefined;
};

/** Adds {@link LayerOneFlags}. */
export function withLayerOneOptions(command: Command): Command {
  return command
    .option("--l1 <urls>", "of an RPC of L1, several with commas; that of the data directory's network if not given")
    .option(
      "--settlement <address>",
      "of the tree's contract on L1; that of the network if not given",
      ethereumAddress,
    );
}

/** @throws UsageError if neither the options nor the data directory say it */
function layerOnePlaceOf({ dataDirectory }: Settings, flags: LayerOneFlags): LayerOnePlace {
  const network = readNetworkFile(dataDirectory);
  const [l1Url, settlement] = [flags.l1 ?? network?.l1Url, flags.settlement ?? network?.settlement];
  if (l1Url === undefined || settlement === undefined) {
    throw new UsageError(
      `There is no network in ${dataDirectory}. Name the contract with --settlement and an RPC of its L1 with --l1.`,
      { dataDirectory },
    );
  }
  const isSame = network?.settlement.toLowerCase() === settlement.toLowerCase();
  return { l1Url, settlement, deploymentBlock: isSame ? network!.deploymentBlock : undefined };
}

/** What a hint to another command repeats of a place: nothing if it is that of the data directory's network. */
export function placeOption({ dataDirectory }: Settings, { l1Url, settlement }: LayerOnePlace): string {
  const isKnown = readNetworkFile(dataDirectory)?.settlement.toLowerCase() === settlement.toLowerCase();
  return isKnown ? "" : ` --l1 ${l1Url} --settlement ${settlement}`;
}

async function publicClientOf({ l1Url }: Pick<LayerOnePlace, "l1Url">): Promise<PublicClient> {
  const chain = await chainAt(l1Url);
  return createPublicClient({ chain, transport: layerOneTransport(l1Url) }) as PublicClient;
}

/** L1 by the wallet of an account of the data directory. */
export async function layerOneOf(
  settings: Settings,
  { account: name, ...flags }: LayerOneFlags & { readonly account?: string | undefined },
): Promise<{
  readonly l1: L1;
  readonly place: LayerOnePlace;
  readonly account: ReturnType<typeof accountOf>["account"];
}> {
  const place = layerOnePlaceOf(settings, flags);
  const { account } = accountOf(settings, name);
  const { settlement, l1Url } = place;
  const [publicClient, wallet] = await Promise.all([publicClientOf(place), walletAt(l1Url, account)]);
  return { l1: { publicClient, settlement, wallet }, place, account };
}

/** L1 to read from, for which no account is needed. */
export async function layerOneReader(settings: Settings, flags: LayerOneFlags) {
  const place = layerOnePlaceOf(settings, flags);
  const publicClient = await publicClientOf(place);
  return { publicClient, settlement: place.settlement, place };
}

/** Adds the option that names the block of the contract's creation. */
export function withFromBlockOption(command: Command): Command {
  return command.option("--from-block <number>", "of the contract's creation; looked for without it", wholeNumber(0));
}

/** The block of the contract's creation: as it is given, as the data directory's network has it, or looked for. */
export async function deploymentBlockOf(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  { deploymentBlock, fromBlock }: Pick<LayerOnePlace, "deploymentBlock"> & { readonly fromBlock?: number | undefined },
): Promise<bigint> {
  const known = fromBlock ?? deploymentBlock;
  return known === undefined ? await findDeploymentBlock(publicClient, settlement) : BigInt(known);
}
