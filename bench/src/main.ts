import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Figure, formatFigures, isReached, type Section } from "./report.ts";

const load: Readonly<Record<string, () => Promise<Section>>> = {
  gates: async () => (await import("./gates.ts")).gates,
  data: async () => (await import("./data.ts")).data,
  blob: async () => (await import("./blob.ts")).blob,
  leaving: async () => (await import("./leaving.ts")).leaving,
  proving: async () => (await import("./proving.ts")).proving,
  gas: async () => (await import("./gas.ts")).gas,
  throughput: async () => (await import("./throughput.ts")).throughput,
  latency: async () => (await import("./latency.ts")).latency,
  subscriptions: async () => (await import("./subscriptions.ts")).subscriptions,
  composability: async () => (await import("./composability.ts")).composability,
  tree: async () => (await import("./tree/tree.ts")).tree,
  escape: async () => (await import("./escape.ts")).escapeProof,
  follower: async () => (await import("./follower.ts")).follower,
  indexing: async () => (await import("./indexing.ts")).indexing,
  takeover: async () => (await import("./takeover.ts")).takeover,
  loading: async () => (await import("./loading.ts")).loading,
  explorer: async () => (await import("./explorer.ts")).explorer,
  startup: async () => (await import("./startup.ts")).startup,
};

const usage = `npm run bench -- [sections] [--json] [--output file]

Measures Frond. Sections: ${Object.keys(load).join(", ")}; all of them without a name.
Exits 1 if a figure misses its target. --json prints one JSON document on standard output, progress goes to standard error.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, output: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const unknown = positionals.find((name) => !(name in load));
  if (unknown !== undefined)
    throw new Error(`There is no section "${unknown}". Name one of: ${Object.keys(load).join(", ")}.`);
  const names = positionals.length > 0 ? positionals : Object.keys(load);
  const results: { section: string; figures: Figure[] }[] = [];
  for (const [position, name] of names.entries()) {
    const section = await load[name]!();
    const started = performance.now();
    const progress = (text: string): void => {
      console.error(
        `[${position + 1}/${names.length} ${name} ${((performance.now() - started) / 1000).toFixed(0)}s] ${text}`,
      );
    };
    progress("started");
    const figures = await section.run(progress);
    results.push({ section: name, figures });
    if (!values.json) console.log(`\n${name}\n${formatFigures(figures)}`);
  }
  const document = JSON.stringify({ date: new Date().toISOString(), results }, undefined, 2);
  if (values.output !== undefined) writeFileSync(values.output, `${document}\n`);
  if (values.json) console.log(document);
  if (results.some(({ figures }) => figures.some((figure) => !isReached(figure)))) process.exitCode = 1;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
