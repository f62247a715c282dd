import { desk } from "@frond/desk";
import { field, u32 } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { expect, it } from "vitest";
import { callCommand } from "../commands/call.ts";
import { escapeCommand } from "../commands/escape.ts";
import { forceCommand } from "../commands/force.ts";
import { CALL_OPTIONS, ESCAPE_OPTIONS, FORCE_OPTIONS, parseArguments, parseExitArguments } from "./methodCall.ts";

it.each([
  [callCommand, CALL_OPTIONS],
  [escapeCommand, ESCAPE_OPTIONS],
  [forceCommand, FORCE_OPTIONS],
])("knows the options of %o, which arguments can't be given as", (command, options) => {
  const names = command().options.map(({ long }) => long!.slice(2));
  expect([...options].sort()).toEqual([...names, "help"].sort());
});

it("says how an exit is given, and which there are", () => {
  const exchangeLike = desk as unknown as AnyApplication;
  const application = {
    ...exchangeLike,
    exits: { note: { args: { layer: field, id: u32 }, assets: [1] } },
  } as unknown as AnyApplication;
  expect(() => parseExitArguments(application, "note", { pairs: ["id=1"] })).toThrow(
    "note needs layer. Call it as: frond escape --exit note --arg layer=<field> --id <u32>.",
  );
  expect(parseExitArguments(application, "note", { pairs: ["id=1", "layer=7"] })).toEqual({ layer: 7n, id: 1n });
  expect(() => parseExitArguments(application, "notes", { pairs: [] })).toThrow(
    "has no exit notes. Did you mean note? Use one of note.",
  );
});

it("says how an argument is given that has the name of an option", () => {
  const application = desk as unknown as AnyApplication;
  expect(() => parseArguments(application, "sendTo", { pairs: ["to=1"], place: " --layer desk" })).toThrow(
    /needs layer, .*Call it as: frond call sendTo --arg layer=<field> --to <address> .* --layer desk\./,
  );
});
