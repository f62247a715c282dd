import { Command } from "commander";
import { expect, it } from "vitest";
import { refuseNegative } from "./refuseNegative.ts";

const program = new Command().option("--json").option("--layer <name>");

it.each([[["-5"]], [["get", "levels", "-5"]], [["--json", "-5"]], [["-5", "--", "-6"]]])("refuses %o", (words) => {
  expect(() => refuseNegative(program, words)).toThrow("-5 is negative");
});

it.each([[["--by", "-5"]], [["get", "levels", "--", "-5"]], [["--json", "--", "-5", "-6"]]])("takes %o", (words) => {
  expect(() => refuseNegative(program, words)).not.toThrow();
});

it("leaves the operands behind `--` to the command", () => {
  const given: string[][] = [];
  const get = new Command("get").argument("[keys...]").action((keys: string[]) => void given.push(keys));
  const whole = new Command().addCommand(new Command("state").addCommand(get.option("--layer <name>")));
  whole.parse(["state", "get", "levels", "--", "-5"], { from: "user" });
  whole.parse(["state", "get", "levels", "--layer", "desk", "--", "-5"], { from: "user" });
  expect(given).toEqual([
    ["levels", "-5"],
    ["levels", "-5"],
  ]);
});
