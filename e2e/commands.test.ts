import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { createProgram } from "@frond/cli";
import { describe, expect, it } from "vitest";
import {
  descendantsOf,
  executable,
  frond,
  isRunning,
  ports,
  startNetwork,
  temporaryDirectory,
  until,
} from "./support/frond.ts";

const commands = [
  "start",
  "dev",
  "coordinator",
  "node",
  "status",
  "account",
  "deposit",
  "call",
  "force",
  "bundle",
  "freeze",
  "escape",
  "retire",
  "withdraw",
  "claim",
  "token",
  "view",
  "events",
  "index",
  "state",
  "block",
  "epoch",
  "layer",
  "doctor",
  "evidence",
  "circuits",
  "simulate",
  "check",
  "follow",
  "recover",
  "interface",
  "explorer",
  "noir",
  "member",
  "worker",
  "reset",
];

describe("the command line", () => {
  it("has help", async () => {
    const { code, stdout } = await frond("--help");
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  });

  it("is known here whole", async () => {
    expect((await createProgram()).commands.map((command) => command.name())).toEqual(commands);
  });

  it.each(commands)("%s has help", async (name) => {
    const program = await createProgram(name);
    const command = program.commands.find((candidate) => candidate.name() === name)!;
    expect(command.helpInformation()).toContain(`Usage: frond ${name}`);
    expect(program.commands).toHaveLength(1);
  });

  it("keeps what libraries log out of what the command answers", async () => {
    // In NODE_OPTIONS a space ends an option, and double quotes are taken away.
    const library = "data:text/javascript,process.on(`exit`,()=>console.log(`a%20library%20logs`))";
    const directory = temporaryDirectory();
    const options = { env: { ...process.env, NODE_OPTIONS: `--import ${library}` } };
    const args = [executable, "status", "--data", directory.path, "--json"];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
    const [error, logged] = stderr.trim().split("\n");
    expect(logged).toBe("a library logs");
    expect(JSON.parse(error)).toHaveProperty("error.code");
    expect(stdout).toBe("");
    directory.remove();
  });

  it("shows the Noir of the exchange", async () => {
    const { code, stdout } = await frond("noir");
    expect(code).toBe(0);
    expect(stdout).toContain("swap(amountIn: u128, minimumOut: u128, sellBase: bool)");
  });

  it("finds the circuits that the locks pin", async () => {
    const { code, stdout, stderr } = await frond("circuits");
    expect(stderr).not.toContain("differ");
    expect(stdout).toContain("gates/transaction");
    expect(code).toBe(0);
  }, 900_000);

  it("stops at once when it is interrupted while it sets up", async () => {
    const directory = temporaryDirectory();
    const network = startNetwork("--port", "0", "--data", directory.path);
    await network.line("reference string");
    const children = descendantsOf(network.pid);
    expect((await network.signal("SIGINT")).code).toBe(130);
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 60);
    directory.remove();
  });

  it.each([
    ["--port", "layer exchange"],
    ["--coordinator-port", "the coordinator"],
  ])("ends at once when the port of %s is in use", async (option, what) => {
    const directory = temporaryDirectory();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const network = startNetwork(...ports, option, String(port), "--data", directory.path, "--json");
    const { code, stdout, stderr } = await network.ended;
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "network/port-in-use", data: { port, what } } });
    expect(code).toBe(1);
    // No set-up was begun, and the directory is free.
    expect(readdirSync(directory.path)).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
    directory.remove();
  });

  it.each([
    [["fly"], 2, "unknown command 'fly'"],
    [["start", "--port", "many"], 2, "Give a port from 0 to 65535."],
    [["start", "--crs", "mine"], 2, "Use --crs development or --crs ignition."],
    [["noir", "chess"], 2, "There is no application chess."],
    [["epoch", "zero"], 2, "The number of an epoch is 1 or more"],
  ])("%j ends with %i", async (args, code, message) => {
    const directory = temporaryDirectory();
    const ended = await frond(...args, ...(args[0] === "fly" ? [] : ["--data", directory.path]));
    directory.remove();
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("    at ");
    expect(ended.code).toBe(code);
  });
});
