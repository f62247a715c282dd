import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { account, application, cell, u32, u64 } from "@frond/language";
import { outlineOf } from "@frond/language/loading";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDirectory } from "../directory/lockDirectory.ts";
import { writeJsonFile, writeNetworkFile } from "../directory/networkFile.ts";
import { readOutlineFile, writeOutlineFile } from "../directory/outlineFile.ts";
import { adoptPrograms, requireSameState } from "./adoptPrograms.ts";
import { emptyDirectory, readBeginning, restoreBeginning, takeDevDirectory } from "./devDirectory.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "frond-dev-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const fresh = { isProven: false, keeps: false };

/** A network with an account and a layer that has a state. */
function makeNetwork(): void {
  writeNetworkFile(directory, {
    version: 3,
    referenceString: "development",
    chainId: 31337,
    l1Url: "",
    isLocal: true,
    coordinatorUrl: "",
    settlement: `0x${"11".repeat(20)}`,
    verifier: `0x${"11".repeat(20)}`,
    deploymentBlock: 0,
    tokens: [],
    layers: [{ name: "trunk", application: "exchange", parent: null, layerId: `0x${"01".repeat(32)}`, url: "" }],
  });
  writeJsonFile(join(directory, "accounts.json"), {});
  mkdirSync(join(directory, "layers", "trunk", "store"), { recursive: true });
  writeFileSync(join(directory, "layers", "trunk", "store", "data.mdb"), "state");
}
const state = () => existsSync(join(directory, "layers/trunk/store/data.mdb"));

describe("a data directory of `frond dev`", () => {
  it("is none that `frond start` has made", () => {
    makeNetwork();
    expect(() => takeDevDirectory(directory, fresh)).toThrow(expect.objectContaining({ code: "network/not-of-dev" }));
    expect(state()).toBe(true);
  });

  it("is emptied, but for accounts, unless its state is to be kept", () => {
    takeDevDirectory(directory, fresh);
    makeNetwork();
    takeDevDirectory(directory, { ...fresh, keeps: true });
    expect(state()).toBe(true);
    takeDevDirectory(directory, fresh);
    expect(state()).toBe(false);
    expect(existsSync(join(directory, "network.json"))).toBe(false);
    expect(existsSync(join(directory, "accounts.json"))).toBe(true);
  });

  it("is not emptied under a network that runs", () => {
    takeDevDirectory(directory, fresh);
    makeNetwork();
    const unlock = lockDirectory(directory);
    expect(() => takeDevDirectory(directory, fresh)).toThrow(
      expect.objectContaining({ code: "network/already-running" }),
    );
    expect(state()).toBe(true);
    unlock();
  });

  it("keeps no state whose keys are of the other sort", () => {
    takeDevDirectory(directory, fresh);
    makeNetwork();
    const proven = () => takeDevDirectory(directory, { isProven: true, keeps: true });
    expect(proven).toThrow(expect.objectContaining({ code: "network/kept-otherwise" }));
  });

  it("is put back to how it was when the network was deployed", () => {
    takeDevDirectory(directory, fresh);
    makeNetwork();
    const beginning = readBeginning(directory);
    emptyDirectory(directory);
    restoreBeginning(directory, beginning);
    expect(existsSync(join(directory, "network.json"))).toBe(true);
    expect(state()).toBe(false);
  });
});

describe("a kept state", () => {
  const counter = (total: typeof u32 | typeof u64, by: number) =>
    application({
      name: "counter",
      state: { accounts: account({ calls: u32 }), total: cell(total) },
      methods: { add: { args: {}, run: ({ state }) => state.total.set(state.total.get().add(by as never) as never) } },
    });
  const config = (used: ReturnType<typeof counter>) => ({ layers: [{ name: "trunk", application: used }] }) as never;

  it("goes on under other code, and not if its entries have another shape", async () => {
    const before = counter(u64, 1);
    writeOutlineFile(directory, "trunk", outlineOf(before.program));
    const after = counter(u64, 2);
    requireSameState(config(after), directory);
    const wanted = { code: "network/state-changed", message: expect.stringContaining("`total`") };
    expect(() => requireSameState(config(counter(u32, 1)), directory)).toThrow(expect.objectContaining(wanted));
    // No layer has been made yet.
    await adoptPrograms(config(after), directory);
    expect(readOutlineFile(directory, "trunk")).toMatchObject(outlineOf(before.program));
  });
});
