import { type L1, readCredit, submitEscape } from "@frond/contracts";
import { type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import { encodeExit } from "@frond/language";
import { type PlannedPayout, planEscape } from "@frond/network/escape";
import { addressOf as layerAddressOf, signExit } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { Command } from "commander";
import { pairsOf, parseExitArguments } from "../arguments/methodCall.ts";
import { showPayout } from "../arguments/showPayout.ts";
import { UsageError } from "../errors.ts";
import { addressOf } from "../network/accounts.ts";
import { layersHere } from "../network/findLayer.ts";
import { type LayerOneFlags, layerOneOf, placeOption, withLayerOneOptions } from "../network/layerOnePlace.ts";
import type { Leaving } from "../network/leaving.ts";
import { namesAt } from "../network/namesOf.ts";
import { type LeftLayerFlags, openLeftLayer } from "../network/openLeftLayer.ts";
import { proveLeaving } from "../network/proveLeaving.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { withDataOptions } from "./follow.ts";
import { listExits } from "./listExits.ts";
import { proveSigned } from "./proveSigned.ts";

type Options = LeftLayerFlags &
  LayerOneFlags & {
    exit?: string;
    recipient?: string;
    account?: string;
    arg: string[];
    sizes?: string;
    signed?: string;
    proof?: string;
  };

/** `frond escape`: out of a layer that is frozen, by public data and a proof of one's own. */
export function escapeCommand(): Command {
  return withDataOptions(withLayerOneOptions(withCommonOptions(new Command("escape"))))
    .description("leave a frozen layer: prove from public data what an account has, and have L1 credit it")
    .argument("[arguments...]", "of the exit: --name value, or --arg name=value")
    .requiredOption("--layer <layer>", "which layer, by name or id")
    .option("--exit <name>", "of the application; without it, the exits are listed, and what each pays")
    .option("--recipient <address>", "who is credited on L1, by address or by an account's name; else the account")
    .option("--account <name>", "who leaves, and pays on L1")
    .option(
      "--arg <name=value>",
      "an argument of the exit",
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option("--from <directory>", "--data of `frond follow`: its data are used as they are, and L1 is not followed")
    .option("--application <application>", "that the layer runs, if the data directory has no network")
    .option("--held <file>", "with the entries that the account's owner holds, for those that no committee tells")
    .option("--signed <file>", "with an exit that somebody has signed: it is only proven, which takes no account")
    .option("--proof <file>", "to write the proof of a signed exit to")
    .option("--sizes <sizes>", "of the layer's blocks, if neither L1 nor the layer's file says its keys")
    .allowUnknownOption()
    .addHelpText("after", "\nExample: frond escape --layer desk --exit balances --recipient 0x.. --from /srv/follower")
    .action(async (rest: string[], _options: unknown, self: Command) => {
      const options = self.opts<Options>();
      await run(settingsOf(self), { ...options, arg: [...options.arg, ...pairsOf(rest)] });
    });
}

async function run(settings: Settings, options: Options): Promise<void> {
  if (options.signed !== undefined || options.proof !== undefined) return await proveSigned(settings, options);
  const { l1, place, account } = await layerOneOf(settings, options);
  const recipient = recipientOf(settings, options, l1);
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  try {
    const left = await openLeftLayer(settings, options, { place, reporter });
    try {
      const chainId = BigInt(await l1.publicClient.getChainId());
      const secret = await deriveLayerSecret(account, { chainId, settlement: l1.settlement });
      const leaving = { settings, l1, place, left, secret, reporter };
      if (options.exit === undefined) await listExits(leaving, options);
      else await leave(leaving, { ...options, exit: options.exit, recipient });
    } finally {
      await left.close();
    }
  } finally {
    reporter.done();
  }
}

/** L1 credits nobody who can't claim. @throws UsageError */
function recipientOf(settings: Settings, { recipient }: Options, { wallet, settlement }: L1): `0x${string}` {
  if (recipient === undefined) return wallet.account.address;
  const address = addressOf(settings, recipient);
  const isUsable = BigInt(address) !== 0n && address.toLowerCase() !== settlement.toLowerCase();
  if (isUsable) return address;
  throw new UsageError(`Nobody can claim what ${address} is credited. Give another --recipient.`, { recipient });
}

async function leave(
  leaving: Leaving,
  { exit: name, arg, recipient, sizes }: Options & { readonly exit: string; readonly recipient: `0x${string}` },
): Promise<void> {
  const { settings, l1, place, left, secret, reporter } = leaving;
  const { application, layerId } = left;
  const chainId = await l1.publicClient.getChainId();
  const { settlement } = l1;
  const names = await namesAt(settings, arg, { chainId, settlement, layers: layersHere(settings, place) });
  const args = parseExitArguments(application, name, { pairs: arg, names, place: settings.dataOption });
  const encoded = encodeExit(application as never, name as never, args as never);
  const planned = await planEscape(l1, left, { ...encoded, account: layerAddressOf(publicKeyOf(secret)) });
  for (const payout of planned)
    if (payout.credited < payout.amount) reporter.line(`  ${describeLess(settings, payout)}`);
  const exit = signExit({ layerId, ...encoded, recipient: BigInt(recipient) }, secret);
  const proven = await proveLeaving(leaving, { exit, sizes });
  reporter.step({ step: "transaction on L1" });
  const { hash, credited } = await submitEscape(l1, proven);
  reporter.done();
  const claimable = await Promise.all(
    credited.map(async ({ asset }) => ({ asset, amount: await readCredit(l1, { owner: recipient, asset }) })),
  );
  const isOwn = recipient.toLowerCase() === l1.wallet.account.address.toLowerCase();
  const claim = `claim${isOwn ? "" : ` --for ${recipient}`}${placeOption(settings, place)}`;
  printLeft(settings, { layerId, exit: name, recipient, hash, credited, claimable, claim });
}

function describeLess(settings: Settings, { asset, amount, credited }: PlannedPayout): string {
  return `the vault has only ${showPayout(settings, { asset, amount: credited })} left of ${showPayout(settings, { asset, amount })}; the rest is lost`;
}

type LeftWith = {
  readonly layerId: Field;
  readonly exit: string;
  readonly recipient: `0x${string}`;
  /** The command that takes what was credited. */
  readonly claim: string;
  readonly hash: string;
  readonly credited: readonly { readonly asset: bigint; readonly amount: bigint }[];
  /** What the recipient can claim of these assets now. */
  readonly claimable: readonly { readonly asset: bigint; readonly amount: bigint }[];
};

function printLeft(settings: Settings, { layerId, exit, recipient, hash, credited, claimable, claim }: LeftWith): void {
  const shown = (amounts: LeftWith["credited"]) =>
    amounts.map(({ asset, amount }) => showPayout(settings, { asset: Number(asset), amount })).join(" and ") ||
    "nothing";
  printResult(
    settings,
    { layer: fieldToHex(layerId), exit, recipient, l1Transaction: hash, credited, claimable },
    formatFields({
      escaped: `${exit}, from ${fieldToHex(layerId)}`,
      "L1 transaction": hash,
      credited: `${shown(credited)}, to ${recipient}`,
      "can be claimed": shown(claimable),
      next: hint(settings, claim),
    }),
  );
}
