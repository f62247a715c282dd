import { type Indexer, openIndexer, type Progress } from "@frond/indexer";
import { Command } from "commander";
import { locateLayer, networkOf } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import { addresses, wholeNumber } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = {
  database: string;
  layer: readonly string[];
  node: readonly string[];
  fromBlock?: number;
  once: boolean;
};

export function indexCommand(): Command {
  return withCommonOptions(new Command("index"))
    .description("write blocks, transactions, events, messages and balances into a database, and keep it up to date")
    .requiredOption("--database <file or url>", "a SQLite file, or postgres://user@host/name")
    .option("--layer <names...>", "which layers of the network in the data directory; all of them if none is named", [])
    .option("--node <urls>", "of nodes of layers, instead of the network in the data directory", addresses, [])
    .option("--from-block <number>", "of layers that the database does not have yet", wholeNumber(1))
    .option("--once", "end when everything that the nodes have is there", false)
    .action(async (_options: unknown, self: Command) => {
      await run(settingsOf(self), self.opts<Options>());
    });
}

async function run(settings: Settings, options: Options): Promise<void> {
  const { json, debug } = settings;
  const reporter = createReporter({ debug, toStderr: json });
  const ending = new AbortController();
  try {
    await untilStopped({
      what: "The indexer",
      start: () => start(settings, options, reporter),
      work: (indexer) => (options.once ? indexer.catchUp(ending.signal) : indexer.run(ending.signal)),
      async close(indexer) {
        ending.abort();
        await indexer.close();
      },
      logger: reporter.logger,
    });
  } finally {
    reporter.done();
  }
}

async function start(settings: Settings, options: Options, reporter: Reporter): Promise<Indexer> {
  const { database, fromBlock } = options;
  const nodes = await nodesOf(settings, options);
  const onProgress = createTeller(settings, reporter);
  const indexer = await openIndexer(
    { database, nodes, ...(fromBlock === undefined ? {} : { fromBlock }) },
    { logger: reporter.logger, onProgress },
  );
  const { kind, address } = indexer.database;
  if (settings.json) process.stdout.write(`${toJsonLine({ event: "opened", kind, database: address })}\n`);
  else reporter.line(`  writing to ${address}`);
  return indexer;
}

/** Of the given addresses, or of the network's layers. @throws UsageError, NoNetworkError */
async function nodesOf(settings: Settings, { node, layer }: Options): Promise<{ url: string; name?: string }[]> {
  if (node.length > 0) return node.map((url) => ({ url }));
  const names = layer.length > 0 ? layer : networkOf(settings).layers.map(({ name }) => name);
  return Promise.all(
    names.map(async (name) => {
      const { url } = await locateLayer(settings, name);
      return { url, name };
    }),
  );
}

/** Tells of every page as JSON; to people of the pages on a line that is rewritten, and of what is new on its own. */
function createTeller({ json }: Settings, reporter: Reporter): (progress: Progress) => void {
  const told = new Map<string, number>();
  return ({ isCurrent, ...progress }) => {
    const { name, layer, block, lastBlock, rows, undone } = progress;
    if (isCurrent && told.get(layer) === block) return;
    if (isCurrent) told.set(layer, block);
    if (json) process.stdout.write(`${toJsonLine({ event: isCurrent ? "current" : "indexed", ...progress })}\n`);
    else if (undone > 0) reporter.line(`  ${name}: ${undone} blocks after block ${block} were set back, and removed`);
    else if (isCurrent) reporter.line(`  ${name}: everything up to block ${block} is here`);
    else reporter.live(`  ${name}: block ${block} of ${lastBlock}, ${rows} rows`);
  };
}
