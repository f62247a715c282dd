import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as language from "@frond/language";
import { afterAll, expect, test } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "frond-applications-"));

afterAll(() => rmSync(directory, { recursive: true }));

type Refusals = { readonly [file: string]: { readonly code: string; readonly message: string } | null };

/** What the loader of `frond` says of all applications in `fixtures`, in a process of its own. */
function refusals(): Refusals {
  const files = readdirSync(`${here}/fixtures`).filter((name) => name !== "helpers.ts");
  // What can't be compiled can't be among the sources of this package.
  const broken = {
    "missingModule.ts": 'import { pick } from "./hlepers.ts";\n\nexport const app = pick(true, 1, 2);\n',
    "syntax.ts": "export const app = application({\n  name: ;\n});\n",
  };
  for (const [name, text] of Object.entries(broken)) writeFileSync(join(directory, name), text);
  const args = [
    `${here}/loadFixtures.mjs`,
    ...files.map((name) => `fixtures/${name}`),
    ...Object.keys(broken).map((name) => join(directory, name)),
  ];
  return load(args);
}

function load(args: readonly string[]): Refusals {
  return JSON.parse(execFileSync(process.execPath, args, { cwd: here, encoding: "utf8" })) as Refusals;
}

test("an application in a directory without packages imports the Frond that loads it", () => {
  const file = join(directory, "alone.ts");
  copyFileSync(`${here}/fixtures/right.ts`, file);
  const output = execFileSync(process.execPath, [`${here}/loadFixtures.mjs`, file], { cwd: here, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual({ [file]: null });
});

test("a mistake is told with its place, its line and what to write", () => {
  const all = refusals();
  expect(all["fixtures/right.ts"]).toBeNull();
  const wrong = Object.entries(all).filter(([file]) => file !== "fixtures/right.ts");
  const exported = Object.keys(language).sort().join(", ");
  const told = wrong.map(([file, refusal]) => {
    expect(refusal, file).not.toBeNull();
    const { code, message } = refusal!;
    const text = `${file} ${code}\n${message}`.replaceAll(`${directory}/`, "").replaceAll(`${here}/`, "");
    // Where the stack ends is chance, and so are times; what the language exports grows.
    return text
      .replace(/constant \d{4,}/g, "constant N")
      .replace(/(nRecursion\.ts):.*\n(.*\n){2}/g, "$1\n")
      .replaceAll(exported, "(all of them)");
  });
  expect(told.join("\n\n")).toMatchSnapshot();
});

const jar = (method: string) => `import { application, cell, u8 } from "@frond/language";

export const jar = application({
  name: "jar",
  state: { total: cell(u8) },
  methods: { add: { args: { by: u8 }, run: ({ state }, { by }) => state.total.update((total) => total.${method}(by)) } },
});
`;

test("an application may stand in any directory, where no package of Frond is installed", () => {
  const names = ["a blank", "ünïcode", "a#hash", "a(bracket)", "a (1)", "a%20percent", 'a"quote', "a?question"];
  const directories = names.map((name) => join(directory, name));
  for (const place of directories) {
    mkdirSync(place);
    writeFileSync(join(place, "sound.ts"), jar("add"));
    writeFileSync(join(place, "misspelt.ts"), jar("ad"));
  }
  const files = directories.flatMap((place) => [join(place, "sound.ts"), join(place, "misspelt.ts")]);
  const all = load([`${here}/loadFixtures.mjs`, ...files]);
  for (const place of directories) {
    expect(all[join(place, "sound.ts")], place).toBeNull();
    expect(all[join(place, "misspelt.ts")], place).toMatchObject({
      code: "language/unknown-name",
      message: expect.stringMatching(/misspelt\.ts:6:\d+: /),
    });
    expect(all[join(place, "misspelt.ts")]!.message).toContain(`${place}/misspelt.ts:6:`);
  }
});

test("a directory in the place of a module is named", () => {
  const path = join(directory, "folder.ts");
  mkdirSync(path);
  expect(load([`${here}/loadFixtures.mjs`, path])[path]).toEqual({
    code: "network/application-not-found",
    message: `${path} can't be read: it is no file. Write the path of a module that this user may read.`,
  });
});
