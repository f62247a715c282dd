import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@frond/foundation";
import { takeLock } from "@frond/foundation/node";
import { writeNetworkFile } from "@frond/network/directory";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Settings } from "../settings.ts";
import { addressOf } from "./accounts.ts";
import { newAccount } from "./addAccount.ts";

const ADDRESS = `0x${"11".repeat(20)}` as const;
const OTHER = { privateKey: `0x${"42".repeat(32)}` };

let settings: Settings;
let path: string;
beforeEach(() => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-accounts-"));
  settings = { dataDirectory, cacheDirectory: "", dataOption: "", json: false, debug: false };
  path = join(dataDirectory, "accounts.json");
});
afterEach(() => rmSync(settings.dataDirectory, { recursive: true }));

function writeNetwork(isLocal: boolean): void {
  writeNetworkFile(settings.dataDirectory, {
    version: 3,
    referenceString: "development",
    chainId: 31337,
    l1Url: "http://127.0.0.1:9",
    isLocal,
    coordinatorUrl: "http://127.0.0.1:9",
    settlement: ADDRESS,
    verifier: ADDRESS,
    deploymentBlock: 0,
    tokens: [],
    layers: [{ name: "exchange", application: "exchange", parent: null, layerId: `0x${"01".repeat(32)}`, url: "" }],
  });
}

const names = () => Object.keys(JSON.parse(readFileSync(path, "utf8"))).sort();

it("keeps the keys of accounts that are made at once", async () => {
  writeNetwork(false);
  const lock = takeLock(`${path}.lock`)!;
  const making = newAccount(settings, "alice");
  await sleep(20);
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, JSON.stringify({ other: OTHER }));
  lock.release();
  await Promise.all([making, newAccount(settings, "bob")]);
  expect(names()).toEqual(["alice", "bob", "other"]);
});

it("makes no account that L1 can't give ether to, so that it can be made later", async () => {
  writeNetwork(true);
  await expect(newAccount(settings, "alice")).rejects.toMatchObject({ code: "contracts/l1-answer" });
  expect(existsSync(path)).toBe(false);
});

it("refuses an address with a mistyped letter", () => {
  expect(addressOf(settings, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")).toMatch(/^0x5aAe/);
  expect(() => addressOf(settings, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAef")).toThrow("is mistyped");
});
