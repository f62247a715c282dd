import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, type Hex, http, type PublicClient, parseEther } from "viem";
import { foundry } from "viem/chains";
import { afterAll, describe, expect, it } from "vitest";
import {
  configPath,
  descendantsOf,
  frond,
  frondJson,
  isRunning,
  killAll,
  layerOneProcesses,
  type Network,
  ports,
  startNetwork,
  temporaryDirectory,
  until,
} from "./support/frond.ts";

/*
 * A network with one layer as a person sees it before anything is proven: deposits, calls, refusals, an L1 that dies, a
 * stop and a start with the same state. Each test goes on where the one before ended. `tree.test.ts` settles.
 */

type AccountShown = {
  l1Address: Hex;
  address: Hex;
  nonce: number;
  base: string;
  quote: string;
  claimable: { ether: string };
};
type Sent = { epoch: number; block: number; status: string };
type NetworkFile = { l1Url: string; settlement: Hex };

const directory = temporaryDirectory();
const data = ["--data", directory.path];
let network: Network | undefined;

const networkFile = (): NetworkFile => JSON.parse(readFileSync(join(directory.path, "network.json"), "utf8"));
const layerOne = (): PublicClient =>
  createPublicClient({ chain: foundry, transport: http(networkFile().l1Url) }) as PublicClient;

/** Starts the network, and waits until it answers. */
async function start(): Promise<Network> {
  network = startNetwork(...data, "--config", configPath("slow"), ...ports, "--json", "--epoch-seconds", "3600");
  await network.line("Frond is running");
  return network;
}

afterAll(async () => {
  await network?.signal("SIGKILL");
  directory.remove();
});

describe("a network", () => {
  it("refuses a command before it exists", async () => {
    const { code, stderr } = await frond("status", ...data);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `frond: There is no network in ${directory.path}. Start one with \`frond start --data ${directory.path}\`, or name its directory with --data.\n`,
    );
  });

  it("starts, and funds a new account", async () => {
    await start();
    const account = await frondJson<AccountShown>("account", "new", "alice", ...data);
    expect(account).toMatchObject({ nonce: 0, base: "0", quote: "0" });
    expect(await layerOne().getBalance({ address: account.l1Address })).toBe(parseEther("100"));
    expect((await frond("account", "new", "alice", ...data)).code).toBe(2);
  }, 600_000);

  it("credits deposits", async () => {
    await frondJson("deposit", "10ether", "--wait", ...data);
    await frondJson("deposit", "5000ether", "--asset", "quote", "--wait", ...data);
    const account = await frondJson<AccountShown>("account", "show", ...data);
    expect(account).toMatchObject({ base: String(parseEther("10")), quote: String(parseEther("5000")) });
  });

  it("starts the local L1 again when that is killed", async () => {
    // What a layer has credited is on its disk.
    const before = await layerOne().getBlockNumber();
    const killed = layerOneProcesses(network!);
    expect(killed.length).toBeGreaterThan(0);
    killAll(killed);
    await until(() => !killed.some(({ pid }) => isRunning(pid)), "it has ended", 15);
    await until(
      async () =>
        (await layerOne()
          .getBlockNumber()
          .catch(() => -1n)) >= before,
      "it is back",
      60,
    );
    expect(await layerOne().getCode({ address: networkFile().settlement })).toBeDefined();
  });

  it("preconfirms calls, and refuses those that the application refuses", async () => {
    const call = (...args: string[]) => frondJson<Sent>("call", ...args, ...data);
    const liquidity = ["--base", "5ether", "--maximumQuote", "2500ether", "--minimumShares", "1"];
    await call("addLiquidity", ...liquidity);
    const swap = await call("swap", "--amountIn", "1ether", "--arg", "minimumOut=1", "--sellBase=true");
    expect(swap).toMatchObject({ status: "preconfirmed", epoch: 1, block: 1 });
    const refused = await frond(
      "call",
      "swap",
      "--amountIn",
      "500ether",
      "--minimumOut",
      "1",
      "--sellBase",
      "true",
      ...data,
    );
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(
      /^frond: The application refused: the balance is too small \(.*exchange\/src\/.*\.ts:[0-9]+:[0-9]+\)\. Read the state/,
    );
    const wrong = await frond("call", "swap", "--amountIn", "five", "--minimumOut", "1", "--sellBase", "true", ...data);
    expect(wrong).toMatchObject({ code: 2 });
    await frondJson<Sent>("withdraw", "2ether", ...data);
    const pool = await frondJson<{ base: string }>("state", "get", "pool", ...data);
    expect(pool.base).toBe(String(parseEther("6")));
    expect((await frond("claim", ...data)).stdout).toContain("Nothing to claim yet");
  });

  it("stops cleanly, leaves no process, and starts again in seconds with the same state", async () => {
    const children = descendantsOf(network!.pid);
    expect(children.length).toBeGreaterThan(2);
    const before = await frondJson<AccountShown>("account", "show", ...data);
    expect(await network!.signal("SIGINT")).toMatchObject({ code: 0 });
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 15);
    const restarted = Date.now();
    await start();
    expect(Date.now() - restarted).toBeLessThan(30_000);
    expect(await frondJson<AccountShown>("account", "show", ...data)).toEqual(before);
  });

  it("is deleted by reset, but not while it runs", async () => {
    expect(await frond("reset", "--yes", ...data)).toMatchObject({ code: 1 });
    await network!.signal("SIGTERM");
    expect((await frond("reset", ...data)).code).toBe(2);
    expect((await frond("reset", "--yes", ...data)).code).toBe(0);
    const shown = await frond("account", "show", ...data);
    expect(shown).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no account yet.") });
  });
});
