import { openTracer } from "@frond/foundation/node";
import { requireWritable } from "@frond/network/directory";
import { createReferenceString, startNatsWorker, type WorkerEvent } from "@frond/prover";
import { Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { natsUrl, wholeNumber } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = {
  nats: string;
  queue: string;
  id?: string;
  workers?: number;
  threads?: number;
  memory?: number;
  crs: string;
  credentials?: string;
};

export function workerCommand(): Command {
  return withCommonOptions(new Command("worker"))
    .description("make proofs for a network on another machine: takes jobs from NATS until it is interrupted")
    .requiredOption(
      "--nats <url>",
      "nats://[user:password@]host:port, or tls://; servers of a cluster with commas",
      natsUrl,
    )
    .option("--queue <name>", "the network's queue, if its NATS has several", "frond")
    .option("--id <name>", "tells this worker from all others; of host and process by default")
    .option("--workers <n>", "proofs at a time; by default as many as cores and memory allow", wholeNumber(1))
    .option("--threads <n>", "of each proof; by default the cores are shared out", wholeNumber(1))
    .option("--memory <size>", "that all proofs together may take, such as 8G; six tenths by default", memorySize)
    .option("--crs <kind>", "reference string: development (local chains only) or ignition", "development")
    .option("--credentials <file>", "a .creds file of a NATS user")
    .action(async (_options: unknown, self: Command) => work(settingsOf(self), self.opts<Options>()));
}

async function work(settings: Settings, options: Options): Promise<void> {
  const { cacheDirectory, json, debug } = settings;
  const { nats, queue, id, workers, threads, memory, crs, credentials } = options;
  if (crs !== "development" && crs !== "ignition") {
    throw new UsageError(`There is no reference string ${crs}. Use --crs development or --crs ignition.`);
  }
  const reporter = createReporter({ debug, toStderr: json });
  requireWritable({ path: cacheDirectory, what: "the cache directory", option: "--cache" });
  const tracer = await openTracer({ part: "worker", logger: reporter.logger });
  const start = async () => {
    const referenceString = await createReferenceString({
      kind: crs,
      directory: cacheDirectory,
      onProgress: ({ step, fraction, remainingSeconds }) =>
        reporter.step({ step, fraction, ...(remainingSeconds === undefined ? {} : { remainingSeconds }) }),
    });
    return await startNatsWorker({
      url: nats,
      name: queue,
      id,
      workers,
      threadsPerWorker: threads,
      memoryBytes: memory,
      referenceString,
      cacheDirectory,
      credentials,
      logger: reporter.logger,
      tracer,
      onEvent: (event) => (json ? process.stdout.write(`${toJsonLine(event)}\n`) : reporter.line(textOf(event))),
    });
  };
  try {
    await untilStopped({
      what: "The worker",
      start,
      work: (worker) => worker.ended,
      close: (worker) => worker.close(),
      logger: reporter.logger,
    });
  } finally {
    await tracer.close();
    reporter.done();
  }
}

function textOf(event: WorkerEvent): string {
  if (event.event === "waiting") return "waiting until a network opens the queue";
  if (event.event === "joined") {
    const { worker, queue, workers, threadsPerWorker, memoryBytes } = event;
    const sizing = `${workers} at a time, ${threadsPerWorker} threads each, ${(memoryBytes / 1e9).toFixed(1)} GB in all`;
    return `${worker} makes proofs for the queue ${queue}: ${sizing}`;
  }
  const job = event.job.slice(0, 8);
  if (event.event === "started") return `${job} started: ${event.kind}, ${event.circuit}`;
  if (event.event === "proven") {
    return `${job} proven in ${(event.witnessSeconds + event.provingSeconds).toFixed(1)} s`;
  }
  return `${job} not proven: ${event.message}`;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Reads bytes with a unit, such as 8G or 512M. */
function memorySize(text: string): number {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)B?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[(unit ?? "").toUpperCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError("Give a size such as 8G or 512M.");
}
