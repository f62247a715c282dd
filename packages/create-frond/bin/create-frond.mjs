#!/usr/bin/env node
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// Makes a project: the files that all templates have, those of one template, and the version of Frond that it asks for.

const templates = fileURLToPath(new URL("../templates", import.meta.url));
const names = readdirSync(templates).filter((name) => name !== "common");
const usage = `Usage: npm create frond@latest <folder> [-- --template ${names.join("|")}]`;

function fail(problem) {
  console.error(`${problem}\n${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        template: { type: "string", default: "counter" },
        // What package.json asks for, such as a packed file: by default the version of this package.
        frond: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return fail(error.message);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) fail("Name one folder for the project.");
if (!names.includes(values.template)) fail(`There is no template ${values.template}.`);
const target = resolve(folder);
if (existsSync(target) && readdirSync(target).length > 0) fail(`${target} is not empty. Name another folder.`);

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
for (const part of ["common", values.template]) cpSync(join(templates, part), target, { recursive: true });
// npm leaves out a file of that name when it packs.
renameSync(join(target, "_gitignore"), join(target, ".gitignore"));

/** The name of a package as npm allows it. */
const name =
  basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "") || "my-app";
const file = join(target, "package.json");
const manifest = JSON.parse(readFileSync(file, "utf8"));
manifest.name = name;
manifest.dependencies.frond = values.frond ?? version;
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);

console.log(`
  ${target} has an application (application.ts), its test, a network (frond.config.ts) and a page.

    cd ${folder}
    npm install
    npm test         # runs the application's test
    npm run dev      # runs the network and the page, and again after every change
`);
