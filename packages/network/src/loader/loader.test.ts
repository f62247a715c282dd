import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleLibraries } from "./bundleLibraries.ts";
import { initialize, resolve } from "./hooks.ts";

test("the bundles export what the libraries export", async () => {
  const bundled = Object.entries(bundleLibraries() ?? {});
  expect(bundled.map(([name]) => name)).toEqual(["viem", "viem/accounts", "viem/actions", "viem/chains", "zod"]);
  for (const [name, url] of bundled)
    expect(Object.keys(await import(/* @vite-ignore */ url)).sort()).toEqual(
      Object.keys(await import(/* @vite-ignore */ name)).sort(),
    );
});

test("only Frond's own modules get them", async () => {
  initialize({ viem: "file:///bundled/viem.mjs" });
  const next = (specifier: string) => ({ url: `installed:${specifier}` });
  const ours = new URL("../layers/runLayer.ts", import.meta.url).href;
  expect(await resolve("viem", { parentURL: ours } as never, next)).toMatchObject({ url: "file:///bundled/viem.mjs" });
  expect(await resolve("viem/utils", { parentURL: ours } as never, next)).toEqual({ url: "installed:viem/utils" });
  for (const parentURL of ["file:///home/alice/frond.config.ts", undefined])
    expect(await resolve("viem", { parentURL } as never, next)).toEqual({ url: "installed:viem" });
});

test("whatever Frond imports of a library that is bundled comes from the bundle", () => {
  const packages = fileURLToPath(new URL("../../../", import.meta.url));
  const isSource = (path: string) => /^[^/]+\/(src|ts|exports)\/.*(?<!\.test)\.tsx?$/.test(path);
  const sources = (readdirSync(packages, { recursive: true }) as string[]).filter(isSource);
  expect(sources.length).toBeGreaterThan(500);
  const imports = /^(?:import|export|\}) .*from "((?:viem|zod)(?:\/[^"]*)?)";$/gm;
  const imported = sources.flatMap((path) => [...readFileSync(join(packages, path), "utf8").matchAll(imports)]);
  const bundled = Object.keys(bundleLibraries() ?? {});
  expect([...new Set(imported.map(([, name]) => name))].sort()).toEqual(bundled.sort());
});
