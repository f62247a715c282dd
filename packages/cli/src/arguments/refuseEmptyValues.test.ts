import type { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgram, main } from "../main.ts";

/* A path that is empty would be the current directory. */

afterEach(() => vi.restoreAllMocks());

async function run(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      written[name] += chunk;
      return true;
    });
  }
  const code = await main(["node", "frond", ...args]);
  vi.restoreAllMocks();
  return { code, ...written };
}

/** Every command with its words, those below others included. */
function commandsOf(command: Command, words: readonly string[] = []): { words: readonly string[]; command: Command }[] {
  const own = command.commands.length === 0 ? [{ words, command }] : [];
  return [...own, ...command.commands.flatMap((child) => commandsOf(child, [...words, child.name()]))];
}

const commands = commandsOf(await createProgram());
const valued = commands.flatMap(({ words, command }) =>
  command.options.filter(({ required, optional }) => required || optional).map(({ long }) => [...words, long!]),
);

describe("an empty value", () => {
  it.each(valued)("of %s %s %s is refused", async (...words) => {
    const named = words.filter((word) => word !== undefined);
    const option = named.at(-1)!;
    for (const given of [
      [...named, ""],
      [...named.slice(0, -1), `${option}=`],
    ]) {
      const { code, stderr } = await run(...given);
      expect(stderr).toContain(`${option} is empty. Give it a value, or leave it out.`);
      expect(code).toBe(2);
    }
  });

  it("is looked for in every command that takes directories", () => {
    for (const { words, command } of commands) {
      expect(
        command.options.map(({ long }) => long),
        words.join(" "),
      ).toEqual(expect.arrayContaining(["--data", "--cache"]));
    }
  });

  it.each([["evidence"], ["noir"], ["account", "new"]])("of the argument of %s %s is refused", async (...words) => {
    const { code, stderr } = await run(...words.filter((word) => word !== undefined), "");
    expect(stderr).toMatch(/^frond: The argument \w+ is empty\. Give it a value, or leave it out\.$/m);
    expect(code).toBe(2);
  });

  it("is told to programs as JSON", async () => {
    const { code, stdout, stderr } = await run("reset", "--yes", "--cache", "", "--json");
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "cli/usage",
        message: "--cache is empty. Give it a value, or leave it out.",
        data: { option: "--cache" },
      },
    });
    expect(code).toBe(2);
  });
});

describe("a default directory", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["XDG_DATA_HOME", "--data"],
    ["XDG_CACHE_HOME", "--cache"],
  ])("that is relative because of %s is refused", async (variable, option) => {
    vi.stubEnv(variable, "somewhere");
    const { code, stderr } = await run("status");
    expect(stderr).toContain(`The default of ${option} is somewhere/frond, which is no absolute path`);
    expect(code).toBe(2);
  });

  it("that is relative because HOME is empty is refused", async () => {
    vi.stubEnv("XDG_DATA_HOME", "");
    vi.stubEnv("HOME", "");
    expect(await run("status")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("$HOME is relative or empty"),
    });
  });
});
