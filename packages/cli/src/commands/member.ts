import { defaultMemberLimits, publicKeyToText } from "@frond/committee";
import { publicKeyOf } from "@frond/foundation";
import {
  lockDirectory,
  memberSecret,
  memberStore,
  readCommitteeFile,
  requireFreePorts,
  requireWritable,
  runMember,
} from "@frond/network";
import { layerIdOfConfig } from "@frond/protocol";
import { requireSoundStore } from "@frond/store";
import { Command } from "commander";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { printResult, toJsonLine } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { type DoorOptions, portNumber, wholeNumber, withDoorOptions } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = {
  layer: string[];
  host: string;
  port: number;
  layerBytes: number;
  layerRate: number;
} & DoorOptions;

const DEFAULT_PORT = 4050;

/** `frond member`: holds what layers do not publish. */
export function memberCommand(): Command {
  const command = new Command("member").description("hold shares of what layers do not publish, and sign for them");
  withDoorOptions(withCommonOptions(command.command("run", { isDefault: true })))
    .description("serve layers until it is interrupted")
    .requiredOption(
      "--layer <files...>",
      "committee.json of each layer, from the directory layers/<name> of its network; of a layer that is being " +
        "upgraded also its committee.next.json",
    )
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", "of its JSON-RPC; 0 takes a free one", portNumber, DEFAULT_PORT)
    .option("--layer-bytes <bytes>", "that a layer may fill", wholeNumber(1), defaultMemberLimits.maximumBytes)
    .option("--layer-rate <bytes>", "a second of a layer", wholeNumber(1), defaultMemberLimits.byteRate)
    .action(async (_options: unknown, self: Command) => run(settingsOf(self), self.opts<Options>()));
  withCommonOptions(command.command("key"))
    .description("print the member's public key, for the description of a network; the first time, make one")
    .action(async (_options: unknown, self: Command) => showKey(settingsOf(self)));
  return command;
}

function showKey(settings: Settings): void {
  const { dataDirectory } = settings;
  requireWritable({ path: dataDirectory, what: "the data directory", option: "--data" });
  const publicKey = publicKeyToText(publicKeyOf(memberSecret(dataDirectory)));
  printResult(settings, { publicKey }, publicKey);
}

async function run(settings: Settings, options: Options): Promise<void> {
  const { dataDirectory, json, debug } = settings;
  const { host, port, layerBytes, layerRate, allowedOrigins, allowedHosts } = options;
  const reporter = createReporter({ debug, toStderr: json });
  requireWritable({ path: dataDirectory, what: "the data directory", option: "--data" });
  const layers = options.layer.map(readCommitteeFile);
  const unlock = lockDirectory(dataDirectory);
  try {
    await untilStopped({
      what: "The member",
      async start() {
        await requireSoundStore(memberStore(dataDirectory));
        await requireFreePorts([{ host, port, what: "the member", option: "--port" }]);
        return await runMember({
          ...{ directory: dataDirectory, layers, host, port, allowedOrigins, allowedHosts },
          limits: { maximumBytes: layerBytes, byteRate: layerRate },
          logger: reporter.logger,
        });
      },
      work({ url }) {
        const layerIds = [...new Set(layers.map(({ config }) => layerIdOfConfig(config)))];
        if (json) process.stdout.write(`${toJsonLine({ url, layers: layerIds })}\n`);
        else
          reporter.line(
            `  member answers at ${url}, for ${layerIds.length === 1 ? "one layer" : `${layerIds.length} layers`}`,
          );
        return new Promise<never>(() => {});
      },
      close: (member) => member.close(),
      logger: reporter.logger,
    });
  } finally {
    unlock();
  }
}
