import { desk } from "@frond/desk";
import type { AnyApplication } from "@frond/network/applications";
import { expect, it } from "vitest";
import { callCommand } from "../commands/call.ts";
import { CALL_OPTIONS, parseArguments } from "./methodCall.ts";

it("knows the options of the command, which arguments can't be given as", () => {
  const names = callCommand().options.map(({ long }) => long!.slice(2));
  expect([...CALL_OPTIONS].sort()).toEqual([...names, "help"].sort());
});

it("says how an argument is given that has the name of an option", () => {
  const application = desk as unknown as AnyApplication;
  expect(() => parseArguments(application, "sendTo", { pairs: ["to=1"], place: " --layer desk" })).toThrow(
    /needs layer, .*Call it as: frond call sendTo --arg layer=<field> --to <address> .* --layer desk\./,
  );
});
