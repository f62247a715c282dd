import { layerOneTransport } from "@frond/contracts";
import { silentLogger } from "@frond/foundation";
import { Command } from "commander";
import { createPublicClient, type PublicClient } from "viem";
import { networkOf } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { formatTable, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";

/** `frond doctor`: whether what runs is what the source says. */
export function doctorCommand(): Command {
  return withCommonOptions(new Command("doctor"))
    .description("rebuild keys, verifiers and the genesis from source, and compare them with what is on L1")
    .option("--quick", "rebuild no keys, which takes minutes", false)
    .action(async (_options: unknown, self: Command) => {
      await run(settingsOf(self), self.opts<{ quick: boolean }>().quick);
    });
}

async function run(settings: Settings, isQuick: boolean): Promise<void> {
  const { dataDirectory, cacheDirectory } = settings;
  const { l1Url, settlement, deploymentBlock, referenceString, layers } = networkOf(settings);
  const { examineNetwork, openProver, readLayerFile } = await import("@frond/network");
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  const onProgress = reporter.step;
  const opened = isQuick
    ? undefined
    : await openProver({ referenceString, cacheDirectory, logger: silentLogger, onProgress });
  try {
    const findings = await examineNetwork({
      publicClient: createPublicClient({ transport: layerOneTransport(l1Url) }) as PublicClient,
      settlement,
      deploymentBlock: BigInt(deploymentBlock),
      layers: layers.flatMap(({ name }) => readLayerFile(dataDirectory, name) ?? []),
      prover: opened?.prover,
      cacheDirectory,
      onStep: (step) => onProgress({ step }),
    });
    const isDifferent = findings.some(({ verdict }) => verdict === "different");
    const rows = findings.map(({ subject, verdict, detail }) => [subject, verdict, detail]);
    printResult(settings, { isDifferent, findings }, formatTable(rows));
    if (isDifferent) process.exitCode = 1;
  } finally {
    await opened?.prover.close();
    reporter.done();
  }
}
