import { fieldToHex } from "@frond/foundation";
import { defaultSizes } from "@frond/language";
import { type FoundApplication, findApplication } from "@frond/network/applications";
import { ConfigError, checkLayer } from "@frond/network/configuration";
import { layerDirectory } from "@frond/network/directory";
import { type BlockSize, inTreeOrder, toJsonValue } from "@frond/protocol";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { layerOf, withCoordinator } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatFields, formatTable, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { layerShowCommand } from "./layerShow.ts";
import { layerUpgradeCommand } from "./layerUpgrade.ts";
import { parseJson, wholeNumber } from "./options.ts";

type AddOptions = {
  application: string;
  parent: string;
  sizes?: string;
  blockMilliseconds?: number;
  messageDelayMilliseconds?: number;
  every?: string;
  everyMilliseconds?: number;
  feeRule?: string;
  dataMode?: string;
  committee?: string;
  port?: number;
};

export function layerCommand(): Command {
  const command = new Command("layer").description(
    "add, list or upgrade layers of the running network, or say what one promises",
  );
  withCommonOptions(command.command("add"))
    .description("add a layer: no permission and no transaction on L1 is needed, the next epoch registers it")
    .argument("<name>", "lower-case letters, digits and dashes")
    .requiredOption("--application <application>", "a bundled one, or the path of a module that exports one")
    .requiredOption("--parent <layer>", "the layer that it hangs below")
    .option("--sizes <sizes>", "names of block sizes with commas (small,medium), or sizes as JSON")
    .option("--block-milliseconds <milliseconds>", "until a block is sealed", wholeNumber(10))
    .option("--message-delay-milliseconds <milliseconds>", "that an incoming message waits for a block", wholeNumber(0))
    .option("--every <method>", "a method without arguments that its node calls again and again")
    .option("--every-milliseconds <milliseconds>", "from one such call to the next", wholeNumber(10))
    .option("--fee-rule <json>", 'such as {"kind":"fixed","fee":10}')
    .option("--data-mode <mode>", "rollup, validium or volition; by default as the application says")
    .option("--committee <json>", "who holds its data, as in frond.config.ts, or @ and the path of a file with that")
    .option("--port <port>", "of its JSON-RPC; 0 takes a free one", wholeNumber(0))
    .action(async (name: string, _options: unknown, self: Command) =>
      add(settingsOf(self), name, self.opts<AddOptions>()),
    );
  withCommonOptions(command.command("list"))
    .description("list the layers of the network, each below its parent")
    .action(async (_options: unknown, self: Command) => list(settingsOf(self)));
  command.addCommand(layerShowCommand()).addCommand(layerUpgradeCommand());
  return command;
}

async function add(settings: Settings, name: string, options: AddOptions): Promise<void> {
  const { application, parent, sizes, feeRule, blockMilliseconds, messageDelayMilliseconds, port } = options;
  layerOf(settings, parent);
  const directory = process.cwd();
  const description = {
    application,
    parent,
    ...(sizes === undefined
      ? {}
      : { sizes: await sizesOf(sizes, async () => sizesOfApplication(await findApplication(application))) }),
    ...(feeRule === undefined ? {} : { feeRule: parseJson("--fee-rule", feeRule) }),
    ...(blockMilliseconds === undefined ? {} : { blockMilliseconds }),
    ...(messageDelayMilliseconds === undefined ? {} : { messageDelayMilliseconds }),
    ...everyOf(options),
    ...(options.dataMode === undefined ? {} : { data: options.dataMode }),
    ...(options.committee === undefined ? {} : { committee: parseJson("--committee", options.committee) }),
    ...(port === undefined ? {} : { port }),
  };
  const { layer: definition, mistakes } = await checkLayer(name, description, { name: "The new layer", directory });
  if (definition === undefined) throw new ConfigError("The new layer", mistakes);
  // The prover comes with it, which listing layers does not need.
  const { addLayer } = await import("../network/addLayer.ts");
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  const layer = await addLayer(settings, { definition, onProgress: reporter.step }).finally(() => reporter.done());
  const { layerId } = layer;
  const place = layerDirectory(settings.dataDirectory, name);
  printResult(
    settings,
    {
      name,
      layerId: fieldToHex(layerId),
      parent,
      index: layer.config.index,
      directory: place,
    },
    formatFields({
      layer: `${name}, below ${parent}`,
      id: fieldToHex(layerId),
      directory: place,
      next: `run it with \`${hint(settings, "node", { layer: name })}\`; the epoch that ends next registers it`,
    }),
  );
}

/** @throws UsageError if only one of the two options is given */
function everyOf({ every, everyMilliseconds }: AddOptions): { every?: { method: string; milliseconds: number } } {
  if (every === undefined && everyMilliseconds === undefined) return {};
  if (every !== undefined && everyMilliseconds !== undefined) {
    return { every: { method: every, milliseconds: everyMilliseconds } };
  }
  const [given, missing] =
    every === undefined ? ["--every-milliseconds", "--every"] : ["--every", "--every-milliseconds"];
  throw new UsageError(`${given} is given without ${missing}. Give both: which method, and how often.`, { missing });
}

/** Those that the application names, or that it has if it names none. */
function sizesOfApplication({ sizes, application }: FoundApplication): readonly BlockSize[] {
  return sizes ?? defaultSizes(application.program);
}

/** Sizes by their names among those of the application, or as JSON. */
export async function sizesOf(text: string, own: () => Promise<readonly BlockSize[]>): Promise<unknown> {
  if (/^[[{]/.test(text.trim())) return parseJson("--sizes", text);
  const known = await own();
  return text.split(",").map((name) => {
    const found = known.find((size) => size.name === name.trim());
    if (found !== undefined) return found;
    const names = known.map((size) => size.name).join(", ");
    throw new UsageError(`There is no block size ${name}. Use some of ${names}, or give sizes as JSON.`, { name });
  });
}

async function list(settings: Settings): Promise<void> {
  const layers = await withCoordinator(settings, (coordinator) => coordinator.layers());
  const rows = inTreeOrder(layers).map(({ layer, level }) => [
    `${"  ".repeat(level - 2)}L${level} ${layer.name}`,
    layer.application,
    layer.isRegistered === false ? `${layer.status}, not registered yet` : layer.status,
    layer.url,
    fieldToHex(layer.layerId),
  ]);
  printResult(
    settings,
    toJsonValue(layers),
    formatTable([["layer", "application", "status", "address", "id"], ...rows]),
  );
}
