import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, temporaryDirectory } from "./support/frond.ts";
import { type Output, startProgram } from "./support/startProgram.ts";

/*
 * What is published, as a user has it: packed, installed into a folder outside of the repository, and run there. First
 * without what a project has for development: Frond brings what it needs itself.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = temporaryDirectory();
const app = join(folder.path, "my app");
const tarball = (name: string) => join(folder.path, "packed", `${name}-${versionOf(name)}.tgz`);
const versionOf = (name: string) => manifestOf(name).version as string;
const manifestOf = (name: string) =>
  JSON.parse(readFileSync(join(folder.path, "packed", name, "package.json"), "utf8")) as Record<string, unknown>;

/** Runs a program to its end, which has to be a good one. */
async function run(name: string, args: readonly string[], cwd = app): Promise<string> {
  const { VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(name, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk) => {
      output[stream] += chunk;
    });
  const ended = await new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...output })));
  if (ended.code !== 0) throw new Error(`${name} ${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

const bin = (name: string) => join(app, "node_modules/.bin", name);
const install = (...args: string[]) => run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...args]);

beforeAll(async () => {
  const build = join(root, "packages/frond/build/main.ts");
  await run(process.execPath, ["--import", "tsx", build, join(folder.path, "packed")], root);
  const create = ["exec", "--yes", "--package", tarball("create-frond"), "--", "create-frond", "my app"];
  await run("npm", [...create, "--frond", `file:${tarball("frond")}`], folder.path);
  await install("--omit=dev");
});
afterAll(() => folder.remove());

describe("what is packed", () => {
  it.each(["frond", "create-frond"])("%s keeps the rules of packages", async (name) => {
    const { messages } = await publint({ pkgDir: join(folder.path, "packed", name), strict: true });
    expect(messages).toEqual([]);
    const { private: isPrivate, license, description, dependencies = {} } = manifestOf(name);
    expect({ isPrivate, license, description }).toMatchObject({ isPrivate: undefined, license: "Apache-2.0" });
    for (const version of Object.values(dependencies as object)) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(readdirSync(join(folder.path, "packed", name))).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
  });

  it("has types that fit what is loaded, at every subpath", async () => {
    const attw = join(root, "node_modules/.bin/attw");
    // It ends with 1 for what a module (ESM) or a bundler would not find as it is told.
    const options = ["--profile", "esm-only", "--no-definitely-typed", "--format", "json"];
    const { analysis } = JSON.parse(await run(attw, [tarball("frond"), ...options], root));
    const { exports = {} } = manifestOf("frond");
    expect(Object.keys(analysis.entrypoints).sort()).toEqual(Object.keys(exports as object).sort());
    expect(analysis.types).toEqual({ kind: "included" });
  });

  it("runs without a loader of TypeScript and without what a project has for development", async () => {
    writeFileSync(
      join(app, "script.mjs"),
      `import { application, cell, u64 } from "frond/language";
      import { createClient } from "frond/sdk";
      import { defineNetwork } from "frond/config";
      import { accounts, createWorld } from "frond/testing";
      const add = { args: {}, run({ state }) { state.total.set(state.total.get().add(1)); } };
      const a = application({ name: "a", state: { total: cell(u64) }, methods: { add } });
      const { layers } = await createWorld({ layers: { a }, circuit: true });
      await layers.a.as(accounts(1)[0]).add({});
      console.log(layers.a.state.total.get(), typeof createClient, typeof defineNetwork);`,
    );
    expect(await run(process.execPath, ["script.mjs"])).toBe("1n function function\n");
  });

  it("checks an application in TypeScript, and names its lines", async () => {
    const { application, procedures } = JSON.parse(await run(bin("frond"), ["check", "application.ts", "--json"]));
    expect({ application, names: procedures.map(({ name }: { name: string }) => name) }).toEqual({
      application: "counter",
      names: ["increment"],
    });
    expect(await run(bin("frond"), ["noir", "application.ts"])).toContain(
      "// application.ts:11  assert(by.greaterThan(0)",
    );
  });
});

describe("frond dev", () => {
  const options = ["--data", ".frond", "--port", "0", "--coordinator-port", "0", "--json"];
  const edit = (from: string, to: string) => {
    const file = join(app, "application.ts");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };
  const frond = (...args: string[]) => run(bin("frond"), [...args, "--data", ".frond", "--json"]);
  const call = (by: number) => frond("call", "increment", "--by", String(by));
  const total = async () => JSON.parse(await frond("state", "get", "total"));
  let dev: Output;

  afterAll(() => dev.signal("SIGKILL"));

  it("runs the network, shows calls and failures, and goes on after edits, bad ones too", async () => {
    dev = startProgram(bin("frond"), ["dev", ...options], app);
    await dev.event({ event: "ready", isProven: false });
    await frond("account", "new");
    await call(3);
    await dev.event({ event: "call", name: "increment", args: [["by", "3"]], layer: "counter" });
    await expect(call(0)).rejects.toThrow("nothing to add");
    const failure = { reason: "nothing to add", place: "application.ts:11:9" };
    await dev.event({ event: "call", name: "increment", failure });
    edit("nothing to add", "add something");
    await dev.event({ event: "ready" });
    await expect(call(0)).rejects.toThrow("add something");
    // Nothing of before is left.
    expect(JSON.stringify(await total())).not.toContain("3");
    edit("export const", "export cnst");
    const { error } = (await dev.event({ event: "mistake" })) as { error: { message: string } };
    expect(error.message).toContain("application.ts:4:8");
    edit("export cnst", "export const");
    await dev.event({ event: "ready" });
    await call(5);
    const ended = await dev.signal("SIGINT");
    expect(ended.code).toBe(0);
  });

  it("keeps the state if it is told to, and takes an epoch to the local L1 without a proof", async () => {
    dev = startProgram(bin("frond"), ["dev", "--keep", ...options], app);
    await dev.event({ event: "ready" });
    await call(4);
    await dev.event({ event: "epoch", isProven: false });
    edit("add something", "nothing to add");
    await dev.event({ event: "ready" });
    expect(JSON.stringify(await total())).toContain("9");
    await call(1);
    await dev.signal("SIGINT");
  });
});

describe("a created project", () => {
  beforeAll(() => install());

  it.each(["token", "game", "counter"])("%s passes its check and its test, and builds its page", async (template) => {
    const project = template === "counter" ? app : join(folder.path, template);
    if (template !== "counter") {
      await run(
        process.execPath,
        [join(folder.path, "packed/create-frond/bin/create-frond.mjs"), template, "--template", template],
        folder.path,
      );
      symlinkSync(join(app, "node_modules"), join(project, "node_modules"));
    }
    await run(bin("tsc"), ["-p", "."], project);
    await run(bin("vitest"), ["run"], project);
    await run(bin("vite"), ["build"], project);
    expect(readdirSync(join(project, "dist"))).toContain("index.html");
  });

  it("has types that need no leniency, however modules are resolved", async () => {
    const { devDependencies, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const versions = { ...dependencies, ...devDependencies };
    await install(
      "--no-save",
      ...["react", "@types/react", "@tanstack/react-query"].map((name) => `${name}@${versions[name]}`),
    );
    const strict = join(app, "strict");
    mkdirSync(strict);
    cpSync(join(app, "application.ts"), join(strict, "application.ts"));
    writeFileSync(
      join(strict, "all.ts"),
      ["language", "sdk", "react", "config", "testing", "vite"]
        .map((path) => `export * as ${path} from "frond/${path}";\n`)
        .join(""),
    );
    for (const [module, moduleResolution] of [
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ] as const) {
      const options = ["--strict", "--noEmit", "--skipLibCheck", "false", "--target", "es2022", "--lib", "es2023,dom"];
      await run(
        bin("tsc"),
        ["all.ts", "application.ts", ...options, "--module", module, "--moduleResolution", moduleResolution],
        strict,
      );
    }
  });
});
