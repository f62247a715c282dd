import { announceUpgrade, cancelUpgrade, type L1, layerOneTransport, readSettled, readUpgrade } from "@frond/contracts";
import { fieldToHex, sleep } from "@frond/foundation";
import {
  type LayerFile,
  NEXT_COMMITTEE_FILE,
  NEXT_FILE,
  readLayerFile,
  removeNextFile,
  requireLayerFile,
  writeCommitteeFile,
  writeLayerFile,
} from "@frond/network/directory";
import { changedFields, signedLayerOf } from "@frond/network/promises";
import { walletAt } from "@frond/network/wallets";
import {
  type DataMode,
  ethereumAddress,
  formatTime,
  LAYER_CONFIG,
  layerConfigHash,
  toElements,
  toJsonValue,
} from "@frond/protocol";
import { RpcError } from "@frond/sdk";
import { Command } from "commander";
import { createPublicClient } from "viem";
import { UsageError } from "../errors.ts";
import { accountOf, addressOf } from "../network/accounts.ts";
import { ask } from "../network/ask.ts";
import { networkOf } from "../network/layers.ts";
import { type LayerChanges, nextLayer } from "../network/nextLayer.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { parseJson } from "./options.ts";

type Options = {
  application?: string;
  sizes?: string;
  dataMode?: DataMode;
  committee?: string;
  owner?: string;
  newSequencer: boolean;
  account?: string;
  cancel: boolean;
};

/** `frond layer upgrade`: what an owner announces on L1, and the coordinator carries when the notice is over. */
export function layerUpgradeCommand(): Command {
  return withCommonOptions(new Command("upgrade"))
    .description("announce on L1 what a layer is to become; it takes effect when its users have had time to leave")
    .argument("<layer>", "whose file layers/<name>/layer.json is here")
    .option("--application <application>", "the new one: a bundled one, or the path of a module of its own")
    .option("--sizes <json>", "the sizes of its blocks, as in frond.config.ts")
    .option("--data-mode <mode>", "rollup, validium or volition")
    .option("--committee <json>", "who holds its data, or @ and the path of a file with that")
    .option("--owner <address>", "who may upgrade it then, by address or by the name of an account; 0 for nobody")
    .option("--new-sequencer", "a new key for its sequencer", false)
    .option("--account <name>", "the owner's account, which pays on L1")
    .option("--cancel", "cancel what was announced", false)
    .action(async (name: string, _options: unknown, self: Command) => {
      const [settings, options] = [settingsOf(self), self.opts<Options>()];
      await (options.cancel ? cancel(settings, name, options) : upgrade(settings, name, options));
    });
}

async function upgrade(settings: Settings, name: string, options: Options): Promise<void> {
  const { dataDirectory } = settings;
  const file = requireLayerFile(dataDirectory, name);
  const l1 = await ownerOf(settings, file, options);
  const waiting = readLayerFile(dataDirectory, name, NEXT_FILE);
  const changes = changesOf(settings, options);
  if (waiting !== undefined && Object.keys(changes).length > 1)
    throw new UsageError(
      `An upgrade of ${name} waits already. Cancel it with \`frond layer upgrade ${name} --cancel\`, or go on with it by leaving out what is to change.`,
      { name },
    );
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  try {
    const { next, changes: lines } =
      waiting === undefined
        ? await nextLayer(settings, file, { changes, onProgress: reporter.step })
        : { next: waiting, changes: [] };
    // Before L1 has it: it holds the next sequencer's secret.
    writeLayerFile(dataDirectory, next, NEXT_FILE);
    writeCommitteeFile(dataDirectory, next, NEXT_COMMITTEE_FILE);
    reporter.step({ step: "announcement on L1" });
    const usable = await announce(l1, next);
    reporter.step({ step: "coordinator" });
    await tellCoordinator(settings, next);
    print(settings, { file, next, usable, lines });
  } finally {
    reporter.done();
  }
}

function changesOf(settings: Settings, options: Options): LayerChanges {
  const { application, sizes, dataMode, committee, owner, newSequencer } = options;
  return {
    isSequencerNew: newSequencer,
    ...(application === undefined ? {} : { application }),
    ...(sizes === undefined ? {} : { sizes: parseJson("--sizes", sizes) }),
    ...(dataMode === undefined ? {} : { data: dataMode }),
    ...(committee === undefined ? {} : { committee: parseJson("--committee", committee) }),
    ...(owner === undefined ? {} : { owner: owner === "0" ? 0n : BigInt(addressOf(settings, owner)) }),
    ...(newSequencer ? { isSequencerNew: true } : {}),
  };
}

/** L1 with the account that owns the layer. @throws UsageError */
async function ownerOf(settings: Settings, { name, config }: LayerFile, { account: given }: Options): Promise<L1> {
  const { l1Url, settlement } = networkOf(settings);
  const { account, name: called } = accountOf(settings, given);
  const owner = ethereumAddress(config.owner);
  if (config.owner === 0n)
    throw new UsageError(`Nobody owns the layer ${name}, so nothing can change it. Add another layer instead.`, {
      name,
    });
  if (account.address.toLowerCase() !== owner)
    throw new UsageError(`${called} does not own the layer ${name}: ${owner} does. Name its account with --account.`, {
      name,
      owner,
    });
  const publicClient = createPublicClient({ transport: layerOneTransport(l1Url), pollingInterval: 500 });
  return { wallet: await walletAt(l1Url, account), publicClient, settlement } as L1;
}

/** Announces it, unless that has been done and is not over. */
async function announce(l1: L1, { layerId, config }: LayerFile): Promise<Usable> {
  const found = await readUpgrade(l1, { layer: layerId, announcer: l1.wallet.account.address });
  const { timestamp } = await l1.publicClient.getBlock();
  const isStanding = found !== undefined && timestamp * 1_000n < found.usableBefore;
  if (isStanding && found.configHash === layerConfigHash(config)) return found;
  return await announceUpgrade(l1, { layer: layerId, config });
}

/** The coordinator believes blocks of L1 only when they are confirmed. */
const CONFIRMATION_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 1_000;

async function tellCoordinator(settings: Settings, next: LayerFile): Promise<void> {
  const { coordinatorUrl } = networkOf(settings);
  const deadline = performance.now() + CONFIRMATION_MILLISECONDS;
  for (;;) {
    try {
      await ask(coordinatorUrl, "frond_upgradeLayer", toJsonValue(signedLayerOf(next)));
      return;
    } catch (error) {
      const isEarly = error instanceof RpcError && error.code === "settlement/upgrade-not-announced";
      if (!isEarly || performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

async function cancel(settings: Settings, name: string, options: Options): Promise<void> {
  const file = requireLayerFile(settings.dataDirectory, name);
  const l1 = await ownerOf(settings, file, options);
  // The file is there before the announcement, which may have failed, and after the announcement's end.
  const isThere = readLayerFile(settings.dataDirectory, name, NEXT_FILE) !== undefined;
  const isAnnounced = (await announcedNow(l1, file)) !== undefined;
  if (!isThere && !isAnnounced)
    throw new UsageError(`No upgrade of ${name} is announced, and none waits here: there is nothing to cancel.`, {
      name,
    });
  if (isAnnounced) await cancelUpgrade(l1, { layer: file.layerId });
  const left = await announcedNow(l1, file);
  // An epoch that is being proven may still carry it, and its key is needed then.
  if (left === undefined) removeNextFile(settings.dataDirectory, name);
  const usableBefore = left === undefined ? null : Number(left.usableBefore);
  printResult(
    settings,
    { layer: name, cancelled: true, usableBefore },
    usableBefore === null
      ? `cancelled: no epoch carries it any more`
      : `cancelled: only an epoch that begins before ${formatTime(usableBefore)} may still carry it`,
  );
}

/** What the owner has announced and an epoch may still carry. */
async function announcedNow(l1: L1, { layerId }: LayerFile): Promise<Usable | undefined> {
  const found = await readUpgrade(l1, { layer: layerId, announcer: l1.wallet.account.address });
  const { settledUntil } = await readSettled(l1);
  return found !== undefined && settledUntil < found.usableBefore ? found : undefined;
}

/** The first end of an epoch that may carry an upgrade, and the first beginning of one that may not any more. */
type Usable = { readonly usableFrom: bigint; readonly usableBefore: bigint };

type Announced = {
  readonly file: LayerFile;
  readonly next: LayerFile;
  readonly usable: Usable;
  readonly lines: readonly string[];
};

function print(settings: Settings, { file, next, usable, lines }: Announced): void {
  const { name } = file;
  const [usableFrom, usableBefore] = [Number(usable.usableFrom), Number(usable.usableBefore)];
  const fields = changedFields(file.config, toElements(LAYER_CONFIG, next.config));
  const configHash = fieldToHex(layerConfigHash(next.config));
  printResult(
    settings,
    { layer: name, configHash, usableFrom, usableBefore, changes: fields, application: lines },
    [
      formatFields({
        layer: name,
        changes: fields.join(", "),
        config: configHash,
        takes: `effect with the first epoch that ends at ${formatTime(usableFrom)} or later`,
        until: `none does that begins at ${formatTime(usableBefore)} or later: announce it again then`,
        next: `start its node again then: it goes on with layers/${name}/next.json; keep the present application as long`,
        cancel: `frond layer upgrade ${name} --cancel`,
      }),
      ...lines.map((line) => `  ${line}`),
    ].join("\n"),
  );
}
