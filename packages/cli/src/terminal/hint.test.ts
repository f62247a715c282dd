import { expect, it } from "vitest";
import { dataOptionOf, hint, repeatDataOption } from "./hint.ts";

it.each([
  [["status"], ""],
  [["status", "--data", "/srv/frond", "--json"], " --data /srv/frond"],
  [["status", "--data=here"], " --data here"],
  [["status", "--data", "/a", "--data", "/b"], " --data /b"],
  [["status", "--data", "/no where"], " --data '/no where'"],
  [["status", "--data", "it's"], " --data 'it'\\''s'"],
  [["status", "--data"], ""],
  [["status", "--data="], ""],
])("of %j repeats %j", (argv, option) => {
  expect(dataOptionOf(argv)).toBe(option);
});

it("names the layer and the directory of the command that prints it", () => {
  const settings = { dataOption: " --data /x" };
  expect(hint(settings, "account show", { layer: "desk" })).toBe("frond account show --layer desk --data /x");
  expect(hint({ dataOption: "" }, "claim", {})).toBe("frond claim");
});

it("is repeated in every command of a message, once", () => {
  const message = "Start with `frond start`, or see `frond status --data /y`; `npm ci` is no command of ours.";
  expect(repeatDataOption(message, " --data /x")).toBe(
    "Start with `frond start --data /x`, or see `frond status --data /y`; `npm ci` is no command of ours.",
  );
});
