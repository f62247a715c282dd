import { expect, test } from "vitest";
import { parseOptions } from "./parseOptions.ts";

test("what the command takes", () => {
  expect(parseOptions(["--only", "block.nr", "--only", "vault.nr", "--sample", "7", "--json"])).toEqual({
    only: ["block.nr", "vault.nr"],
    sample: 7,
    seed: "1",
    list: false,
    json: true,
    help: false,
  });
});

test.each([[["--sample", "0"]], [["--sample", "many"]], [["--unknown"]], [["block.nr"]]])(
  "refuses %s and names --help",
  (args) => {
    expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: "mutation/arguments" }));
    expect(() => parseOptions(args)).toThrow(/--help/);
  },
);
