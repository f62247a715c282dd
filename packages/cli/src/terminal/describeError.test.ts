import { FrondError } from "@frond/foundation";
import { ApplicationNotFoundError } from "@frond/network/applications";
import { AlreadyRunningError, InputError } from "@frond/network/errors";
import { TransportError } from "@frond/sdk";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { NoNetworkError, UnknownAccountError, UsageError } from "../errors.ts";
import { describeError, errorForPrograms, exitCodeOf } from "./describeError.ts";

const wrapped = new Error("Something of a library", { cause: new TransportError("http://node", "it is away") });

describe("an exit code", () => {
  it.each([
    [0, new CommanderError(0, "commander.help", "(outputHelp)")],
    [2, new CommanderError(1, "commander.unknownOption", "error: unknown option")],
    [2, new UsageError("The amount is wrong.")],
    [2, new InputError({ message: "Two want one port." })],
    [2, new UnknownAccountError("bob", ["alice"])],
    [2, new ApplicationNotFoundError({ problem: "There is none.", write: "Name one." })],
    [2, new FrondError({ code: "language/encoding", message: "amount: It is 256. Give a u8." })],
    [1, new FrondError({ code: "sequencer/execution-failed", message: "The application refused." })],
    [1, new NoNetworkError("/nowhere")],
    [1, new AlreadyRunningError("/data", 5)],
    [1, wrapped],
    [1, new Error("A bug")],
    [1, "a bug"],
  ])("is %i by the kind of the mistake", (code, error) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

it("finds the error of ours that a library wrapped", () => {
  expect(errorForPrograms(wrapped)).toMatchObject({ code: "sdk/transport-failed", data: { url: "http://node" } });
  expect(describeError(wrapped, { debug: false })).toMatch(/^frond: No answer from http:\/\/node: it is away\./);
  expect(describeError(wrapped, { debug: true })).toContain("caused by: TransportError");
});

it("says of an error that nobody expected how to find out more", () => {
  expect(errorForPrograms(new Error("A bug\nand its stack"))).toEqual({
    code: "cli/unexpected",
    message: "A bug Run the command again with --debug to see where it comes from.",
    data: {},
  });
});
