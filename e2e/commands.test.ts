import { describe, expect, it } from "vitest";
import { frond, temporaryDirectory } from "./support/frond.ts";

const commands = [
  "start",
  "status",
  "account",
  "deposit",
  "call",
  "withdraw",
  "claim",
  "state",
  "block",
  "epoch",
  "circuits",
  "noir",
  "reset",
];

describe("the command line", () => {
  it.each(commands)("%s has help", async (command) => {
    const { code, stdout } = await frond(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: frond ${command}`);
  });

  it("shows the Noir of the exchange", async () => {
    const { code, stdout } = await frond("noir");
    expect(code).toBe(0);
    expect(stdout).toContain("swap(amountIn: u128, minimumOut: u128, sellBase: bool)");
  });

  it.each([
    [["fly"], 2, "unknown command 'fly'"],
    [["start", "--port", "many"], 2, "Give a whole number from 0."],
    [["start", "--crs", "mine"], 2, "Use --crs development or --crs ignition."],
    [["noir", "chess"], 2, "There is no application chess."],
    [["epoch", "zero"], 2, "The number of a epoch is 1 or more"],
  ])("%j ends with %i", async (args, code, message) => {
    const directory = temporaryDirectory();
    const ended = await frond(...args, ...(args[0] === "fly" ? [] : ["--data", directory.path]));
    directory.remove();
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("    at ");
    expect(ended.code).toBe(code);
  });
});
