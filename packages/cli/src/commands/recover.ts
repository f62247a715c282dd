import { existsSync } from "node:fs";
import { join } from "node:path";
import { layerDirectory, lockDirectory, requireLayerFile } from "@frond/network/directory";
import { type OpenFollower, openFollower, recoverLayer } from "@frond/network/follower";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { followToEnd } from "../network/followToEnd.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { type CoordinatorFlags, runCoordinator, withCoordinatorOptions } from "./coordinator.ts";
import { type FollowFlags, followOptionsOf, withFollowOptions } from "./follow.ts";

export function recoverCommand(): Command {
  return new Command("recover")
    .description("make what was lost again, from L1 alone")
    .addCommand(
      withFollowOptions(withCommonOptions(new Command("layer")))
        .description("make the store of a layer again, whose layers/<name>/layer.json is still there")
        .argument("<name>", "of the layer")
        .action(async (name: string, _options: unknown, self: Command) => {
          await recover(name, settingsOf(self), self.opts<FollowFlags>());
        }),
    )
    .addCommand(
      withCoordinatorOptions(new Command("coordinator"))
        .description(
          "start the coordinator of a network whose data is lost: `frond coordinator`, where nothing is left",
        )
        .action(async (_options: unknown, self: Command) => {
          const settings = settingsOf(self);
          requireLost(settings);
          await runCoordinator(settings, self.opts<CoordinatorFlags>());
        }),
    );
}

/** Nothing is read from L1 that is here. @throws UsageError */
function requireLost({ dataDirectory }: Settings): void {
  if (!existsSync(join(dataDirectory, "coordinator"))) return;
  throw new UsageError(
    `${dataDirectory} has the data of a coordinator, so it is not lost. Start it with \`frond coordinator\`, or name an empty directory with --data.`,
    { dataDirectory },
  );
}

async function recover(name: string, { dataDirectory, json, debug }: Settings, options: FollowFlags): Promise<void> {
  const reporter = createReporter({ debug, toStderr: json });
  const { logger } = reporter;
  const layer = requireLayerFile(dataDirectory, name);
  const directory = join(dataDirectory, "follower");
  const unlockLayer = lockDirectory(layerDirectory(dataDirectory, name));
  const unlock = lockDirectory(directory);
  let opened: OpenFollower | undefined;
  try {
    opened = await openFollower({ ...followOptionsOf(options), directory, logger });
    const { follower } = opened;
    await followToEnd(follower, reporter);
    const { settlement } = options;
    const recovered = await recoverLayer({ ...opened, store: follower.store, settlement, layer, dataDirectory });
    if (json) process.stdout.write(`${toJsonLine({ layer: name, ...recovered })}\n`);
    else {
      const { entries, block, epoch } = recovered;
      reporter.line(`  layer ${name} has ${entries} entries again, as of its block ${block} and epoch ${epoch}`);
    }
  } finally {
    await opened?.follower.close();
    reporter.done();
    unlock();
    unlockLayer();
  }
}
