import { readReferenceStringKind } from "@frond/contracts";
import { silentLogger } from "@frond/foundation";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  deploymentBlockOf,
  type LayerOneFlags,
  layerOneReader,
  withFromBlockOption,
  withLayerOneOptions,
} from "../network/layerOnePlace.ts";
import { layersToExamine } from "../network/layersToExamine.ts";
import { openFollowed } from "../network/openFollowed.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatTable, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";

type Options = LayerOneFlags & { quick: boolean; fromBlock?: number; from?: string; application: string[] };

/** `frond doctor`: whether what runs is what the source says. */
export function doctorCommand(): Command {
  return withFromBlockOption(withLayerOneOptions(withCommonOptions(new Command("doctor"))))
    .description("rebuild keys, verifiers and the genesis from source, and compare them with what is on L1")
    .option("--quick", "rebuild no keys, which takes minutes", false)
    .option("--from <directory>", "--data of `frond follow`: layers that were added later are examined, too")
    .option(
      "--application <layer=application>",
      "which application a layer runs, if nothing here says it: a bundled one, or the path of a module",
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .addHelpText(
      "after",
      "\nExample: frond doctor --l1 https://l1.example --settlement 0x.. --application shop=shop.ts",
    )
    .action(async (_options: unknown, self: Command) => run(settingsOf(self), self.opts<Options>()));
}

async function run(settings: Settings, options: Options): Promise<void> {
  const { cacheDirectory } = settings;
  const applications = applicationsOf(options.application);
  const { place, ...l1 } = await layerOneReader(settings, options);
  const [deploymentBlock, chainId, referenceString] = await Promise.all([
    deploymentBlockOf(l1, { ...place, ...options }),
    l1.publicClient.getChainId(),
    readReferenceStringKind(l1),
  ]);
  const store = openFollowed(settings, { from: options.from, chainId, settlement: l1.settlement });
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  const onProgress = reporter.step;
  try {
    const layers = await layersToExamine(settings, { ...l1, place, deploymentBlock, store, applications });
    const { examineNetwork, openProver } = await import("@frond/network");
    const opened = options.quick
      ? undefined
      : await openProver({ referenceString, cacheDirectory, computesKeys: true, logger: silentLogger, onProgress });
    const findings = await examineNetwork({
      ...l1,
      ...{ deploymentBlock, layers, prover: opened?.prover, cacheDirectory },
      onStep: (step) => onProgress({ step }),
    }).finally(() => opened?.prover.close());
    const isDifferent = findings.some(({ verdict }) => verdict === "different");
    const rows = findings.map(({ subject, verdict, detail }) => [subject, verdict, detail]);
    printResult(settings, { isDifferent, findings }, formatTable(rows));
    if (isDifferent) process.exitCode = 1;
  } finally {
    reporter.done();
    await store?.close();
  }
}

/** @throws UsageError */
function applicationsOf(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [, layer, application] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (layer !== undefined && application !== undefined) return [layer, application];
      throw new UsageError(`--application ${text} does not say of which layer. Give <layer>=<application>.`, { text });
    }),
  );
}
