import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "frond-loader-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a script in a process that has the loader; gives the JSON that it prints. */
function run(script: string): unknown {
  const loader = `await import(${JSON.stringify(new URL("register.mjs", import.meta.url).href)});`;
  const options = ["--input-type=module", "-e", `${loader}\n${script}`];
  return JSON.parse(execFileSync(process.execPath, options, { cwd: import.meta.dirname, encoding: "utf8" }));
}

test("an application anywhere gets the modules of Frond that run, from their bundle", () => {
  const application = join(directory, "application.ts");
  writeFileSync(
    application,
    `import { application } from "@frond/language"; const same: unknown = application; export default same;`,
  );
  const script = `
    const { application } = await import("@frond/language");
    const { default: theirs } = await import(${JSON.stringify(application)});
    const places = ["@frond/language", "@frond/network", "viem"].map((name) => import.meta.resolve(name));
    console.log(JSON.stringify({ isSame: theirs === application, places }));`;
  const bundle = (name: string) =>
    expect.stringMatching(new RegExp(`/node_modules/\\.cache/frond/modules-[0-9a-f]{16}/${name}\\.mjs$`));
  expect(run(script)).toEqual({
    isSame: true,
    places: [bundle("language-exports-index-ts"), bundle("network-exports-index-ts"), import.meta.resolve("viem")],
  });
});
