import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { bundleModules } from "./bundleModules.ts";

/** Packages of somebody else. */
const SOURCES = {
  "one/exports/index.ts": `export { Thing, place, started, library } from "../src/thing.ts";`,
  "one/src/thing.ts": `
    import { fileURLToPath } from "node:url";
    import { z } from "zod";
    export class Thing {}
    export const place: string = fileURLToPath(new URL("../data.json", import.meta.url));
    export const started: string = new URL("./worker.ts", import.meta.url).href;
    export const library: string = import.meta.resolve("zod");
    export const isString = (value: unknown) => z.string().safeParse(value).success;
    export const text = "import.meta.url";`,
  // An application beside the packages is what its own loader makes of it.
  "two/exports/application.js": `import "../../../apps/shop.js";`,
  "../apps/shop.js": `export const address = import.meta.url;`,
  "one/src/worker.ts": `import { Thing } from "./thing.ts"; export const name: string = Thing.name;`,
  "two/exports/index.ts": `export { Thing as Other } from "../../one/src/thing.ts";`,
  "two/src/left.test.ts": `throw new Error("a test is not bundled");`,
};

const directory = mkdtempSync(join(tmpdir(), "frond-bundles-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function repository() {
  const path = mkdtempSync(join(directory, "repository-"));
  const packages = join(path, "packages/");
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(packages, name)), { recursive: true });
      writeFileSync(join(packages, name), text);
    }
  };
  symlinkSync(fileURLToPath(new URL("../../../../node_modules", import.meta.url)), join(path, "node_modules"));
  write(SOURCES);
  return { packages, cache: join(path, "cache"), write };
}

const load = (url: string | undefined) => import(/* @vite-ignore */ url!) as Promise<Record<string, unknown>>;
const addressIn = (packages: string, name: string) => pathToFileURL(join(packages, name)).href;

describe("bundles", () => {
  test("have each module once, whoever imports it, and what lies beside its source", async () => {
    const { packages, cache } = repository();
    const bundles = await bundleModules({ packages, cache });
    const at = (name: string) => bundles!.modules[addressIn(packages, name)];
    const [one, two] = [await load(at("one/exports/index.ts")), await load(at("two/exports/index.ts"))];
    expect(one.Thing).toBe(two.Other);
    expect(one.place).toBe(join(packages, "one/data.json"));
    expect(one.library).toContain("/node_modules/zod/");
    expect(one.started).toBe(at("one/src/worker.ts"));
    expect(one.started).toContain(bundles!.directory);
    expect(await load(one.started as string)).toMatchObject({ name: "Thing" });
    expect(Object.keys(bundles!.modules)).toHaveLength(4);
    const application = readFileSync(new URL(at("two/exports/application.js")!), "utf8");
    expect(application).toContain(`import"${addressIn(packages, "../apps/shop.js")}"`);
  });

  test("are made once for each version of the modules, and old ones are removed", async () => {
    const { packages, cache, write } = repository();
    const first = await bundleModules({ packages, cache });
    expect(await bundleModules({ packages, cache })).toEqual(first);
    for (let version = 0; version < 10; version++) {
      write({ "one/src/worker.ts": `export const name = ${10 ** version};` });
      const { modules } = (await bundleModules({ packages, cache }))!;
      expect(await load(modules[addressIn(packages, "one/src/worker.ts")])).toMatchObject({ name: 10 ** version });
    }
    expect(readdirSync(cache)).toHaveLength(9);
  });

  test("are not there where nothing can be written, or a module is wrong", async () => {
    const { packages, cache, write } = repository();
    writeFileSync(cache, "a file");
    expect(await bundleModules({ packages, cache })).toBeUndefined();
    write({ "one/src/worker.ts": "export const name = ;" });
    expect(await bundleModules({ packages, cache: `${cache}.other` })).toBeUndefined();
  });
});
