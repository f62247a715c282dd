import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Figure, formatFigures, isReached } from "./report.ts";
import { runSection } from "./runSection.ts";
import { sections } from "./sections.ts";

const usage = `npm run bench -- [sections] [--small] [--json] [--output file]

Measures Frond. Sections: ${Object.keys(sections).join(", ")}; all of them without a name.
Exits 1 if a figure misses its target, 2 if a section fails or makes no progress.
--small measures so little that figures say nothing, in seconds: whether the sections work.
--json prints one JSON document on standard output, progress goes to standard error.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      small: { type: "boolean", default: false },
      output: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(sections, name));
  if (unknown !== undefined)
    throw new Error(`There is no section "${unknown}". Name one of: ${Object.keys(sections).join(", ")}.`);
  const names = positionals.length > 0 ? positionals : Object.keys(sections);
  const results: { section: string; figures: Figure[] }[] = [];
  for (const [position, name] of names.entries()) {
    const section = await sections[name]!();
    const started = performance.now();
    const progress = (text: string): void => {
      console.error(
        `[${position + 1}/${names.length} ${name} ${((performance.now() - started) / 1000).toFixed(0)}s] ${text}`,
      );
    };
    progress("started");
    if (values.small && section.noSmallForm !== undefined) {
      progress(`left out: ${section.noSmallForm}`);
      continue;
    }
    const figures = await runSection(section, { progress, form: values.small ? "small" : "full" });
    results.push({ section: name, figures });
    if (!values.json) console.log(`\n${name}\n${formatFigures(figures)}`);
  }
  const document = JSON.stringify({ date: new Date().toISOString(), results }, undefined, 2);
  if (values.output !== undefined) writeFileSync(values.output, `${document}\n`);
  if (values.json) console.log(document);
  if (!values.small && results.some(({ figures }) => figures.some((figure) => !isReached(figure))))
    process.exitCode = 1;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
