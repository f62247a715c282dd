import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, until } from "@frond/foundation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf } from "../terminal/describeError.ts";
import { runBeside } from "./runBeside.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "frond-beside-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const run = (command: readonly string[], closeMilliseconds = 5_000) =>
  runBeside(command, { environment: { FROND_NOTE: directory }, toStderr: true, closeMilliseconds });
const shell = (script: string, closeMilliseconds?: number) => run(["sh", "-c", script], closeMilliseconds);
const fileOf = (name: string) => join(directory, name);
const appears = (name: string) => until(() => existsSync(fileOf(name)) && readFileSync(fileOf(name), "utf8") !== "");
const isRunning = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("a command beside the network", () => {
  it("gets the environment that it needs", async () => {
    await shell('test -d "$FROND_NOTE" && echo "$PATH" > "$FROND_NOTE/path"').ended;
    expect(readFileSync(fileOf("path"), "utf8")).toMatch(/^\S+\/node_modules\/\.bin:/);
  });

  it.each([
    ["exit 7", 7, "it ended with code 7"],
    ["kill -TERM $$", 143, "SIGTERM ended it"],
  ])("that ends by `%s` ends with %i", async (script, code, how) => {
    const error = await shell(script).ended.catch((reason: unknown) => reason);
    expect(exitCodeOf(error)).toBe(code);
    expect(error).toMatchObject({ code: "cli/beside", message: expect.stringContaining(how) });
  });

  it("that is none ends with 127, as in a shell", async () => {
    const beside = run(["frond-no-such-program"]);
    const error = await beside.ended.catch((reason: unknown) => reason);
    expect(exitCodeOf(error)).toBe(127);
    await beside.close();
  });

  it("is asked to end, and has time to", async () => {
    const beside = shell(
      `trap 'echo done > ${fileOf("asked")}; exit 0' TERM; echo up > ${fileOf("up")}; sleep 60 & wait`,
    );
    await appears("up");
    await beside.close();
    expect(readFileSync(fileOf("asked"), "utf8")).toBe("done\n");
    await beside.ended;
  });

  it("leaves nothing that it has started, also what ignores being asked", async () => {
    const started = `sh -c "trap '' TERM; echo \\$\\$ > ${fileOf("child")}; sleep 60"`;
    const beside = shell(`${started} & while [ ! -s ${fileOf("child")} ]; do sleep 0.01; done; exit 3`, 200);
    const error = await beside.ended.catch((reason: unknown) => reason);
    expect(exitCodeOf(error)).toBe(3);
    const child = Number(readFileSync(fileOf("child"), "utf8"));
    expect(isRunning(child)).toBe(true);
    await beside.close();
    await sleep(50);
    expect(isRunning(child)).toBe(false);
  });
});
