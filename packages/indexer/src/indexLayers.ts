import { FrondError, type Logger, retry, silentLogger, sleep } from "@frond/foundation";
import { isAway } from "@frond/sdk";
import { catchUp, type Step } from "./catchUp.ts";
import { openDatabase } from "./database/openDatabase.ts";
import type { IndexDatabase } from "./database/types.ts";
import { DatabaseError, OtherNetworkError } from "./errors.ts";
import { type LayerSource, openSource } from "./source/openSource.ts";
import { addLayer } from "./write/addLayer.ts";

export type IndexerOptions = {
  /** The path of a SQLite file, or a URL of PostgreSQL. */
  readonly database: string;
  /** The nodes of layers of one network. At least one. A layer without a name is called as its application. */
  readonly nodes: readonly { readonly url: string; readonly name?: string }[];
  /** For layers that the database does not have yet: what happened before this block is left out; 1 unless given. */
  readonly fromBlock?: number;
  /** Of a page, which is one transaction; 1 to 16, which is the default. */
  readonly pageBlocks?: number;
  /** Between two looks at a node that tells nothing; by default 1,000. */
  readonly pollMilliseconds?: number;
};

export type Progress = Step & { readonly name: string; readonly layer: string };

export type IndexerDependencies = {
  readonly logger?: Logger;
  /** Is told of each step that has changed something, and of the first one after which everything is here. */
  readonly onProgress?: (progress: Progress) => void;
};

export type Indexer = {
  readonly database: Pick<IndexDatabase, "kind" | "address" | "db">;
  /**
   * Brings all layers up to what their nodes have now.
   * @throws what a step throws
   */
  catchUp(signal?: AbortSignal): Promise<void>;
  /**
   * Goes on until `signal` is aborted, through all outages of nodes.
   * @throws what no retry mends: other writers, other layers, missing blocks, a database that fails
   */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

const POLL_MILLISECONDS = 1_000;

/**
 * Opens a database for the layers of one network, which this process alone writes to until it is closed.
 * @throws the errors of this package, TransportError, RpcError
 */
export async function openIndexer(options: IndexerOptions, dependencies: IndexerDependencies = {}): Promise<Indexer> {
  const sources: LayerSource[] = [];
  const closeSources = async () => void (await Promise.all(sources.map((source) => source.close())));
  try {
    const { pageBlocks = 16 } = options;
    for (const node of options.nodes) sources.push(await openSource({ ...node, pageBlocks }));
    const database = await openFor(options, sources);
    return createIndexer({ ...options, sources, database }, { ...dependencies, closeSources });
  } catch (error) {
    await closeSources();
    throw error;
  }
}

/** The database, with a row for every layer. */
async function openFor(
  { database: address, fromBlock }: IndexerOptions,
  sources: readonly LayerSource[],
): Promise<IndexDatabase> {
  const [{ info: network }] = sources as [LayerSource];
  const database = await openDatabase(address, network);
  try {
    for (const source of sources) {
      const [expected, actual] = [source.info, network].map((one) => `${one.settlement} on chain ${one.chainId}`);
      if (expected !== actual) throw new OtherNetworkError(address, { expected: expected!, actual: actual! });
      await addLayer(database, source, fromBlock);
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Opened = Pick<IndexerOptions, "pollMilliseconds"> & {
  readonly sources: readonly LayerSource[];
  readonly database: IndexDatabase;
};

function createIndexer(
  { sources, database, pollMilliseconds = POLL_MILLISECONDS }: Opened,
  { logger = silentLogger, onProgress, closeSources }: IndexerDependencies & { closeSources: () => Promise<void> },
): Indexer {
  const under = new Set<Promise<void>>();
  const stepped = async (source: LayerSource) => {
    const step = await catchUp(database, source).catch((error) => {
      throw error instanceof FrondError ? error : new DatabaseError(database.address, error);
    });
    const { name, layer } = source;
    if (step.rows > 0 || step.undone > 0 || step.isCurrent) onProgress?.({ ...step, name, layer });
    return step;
  };
  const catchUpOne = async (source: LayerSource, signal: AbortSignal | undefined) => {
    while (signal?.aborted !== true && !(await stepped(source)).isCurrent);
  };
  const follow = async (source: LayerSource, signal: AbortSignal) => {
    const bell = createBell(source, signal);
    try {
      while (!signal.aborted) {
        const what = `Indexing ${source.name}`;
        await retry(
          async (attempt) => {
            // Whoever was away may run another application by now.
            if (attempt > 1) await source.refresh();
            await catchUpOne(source, signal);
          },
          { what, logger, isFinal },
        );
        await bell.wait(pollMilliseconds);
      }
    } finally {
      await bell.close();
    }
  };
  return {
    database,
    async catchUp(signal) {
      for (const source of sources) await catchUpOne(source, signal);
    },
    async run(signal) {
      const ending = new AbortController();
      const any = AbortSignal.any([signal, ending.signal]);
      const all = sources.map((source) => follow(source, any));
      for (const one of all) {
        under.add(one);
        one.catch(() => {});
      }
      try {
        await Promise.race([Promise.all(all), database.lost]);
      } finally {
        ending.abort();
        await Promise.allSettled(all);
        under.clear();
      }
    },
    async close() {
      await Promise.allSettled(under);
      await closeSources();
      await database.close();
    },
  };
}

/** A node that is away, or that has too much to do, is asked again. */
const isFinal = (error: unknown): boolean => !isAway(error);

/** Lets a loop wait until the node tells of something, which may have been before. */
function createBell({ news }: LayerSource, signal: AbortSignal) {
  let hasRung = false;
  let waiting = new AbortController();
  const ring = () => {
    hasRung = true;
    waiting.abort();
  };
  signal.addEventListener("abort", ring);
  const listener = { onEvent: ring, onMissed: ring };
  const topics = ["blocks", "events"] as const;
  const subscribe = async (topic: (typeof topics)[number]) => {
    const end = await news.subscribe?.({ topic }, listener).catch(() => undefined);
    // What happened before is not told.
    ring();
    return end;
  };
  const subscriptions = topics.map(subscribe);
  return {
    async wait(milliseconds: number): Promise<void> {
      waiting = new AbortController();
      if (!hasRung) await sleep(milliseconds, { signal: waiting.signal });
      hasRung = false;
    },
    async close(): Promise<void> {
      signal.removeEventListener("abort", ring);
      for (const subscription of subscriptions) await (await subscription)?.();
    },
  };
}
