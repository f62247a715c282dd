import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange } from "@frond/exchange";
import { createClosing, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { interfaceOf } from "@frond/language";
import { loadConfig, type RunningNetwork, requireLayerFile, runLayer, startNetwork } from "@frond/network";
import type { FrondNode } from "@frond/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PageResult, Place } from "./browser/page.ts";
import { bundlePage, type ServedPage, servePage } from "./browser/servePage.ts";
import { type Browser, startChromium } from "./support/chromium.ts";
import { configPath } from "./support/frond.ts";
import { acceptStandIns, standInQueue } from "./support/standInQueue.ts";

/*
 * A page in a real browser and a real local network: sequencer, coordinator, contract and blobs. Only proofs are
 * stand-ins, which L1 accepts.
 */

const dataDirectory = mkdtempSync(join(tmpdir(), "frond-browser-"));
const closing = createClosing();
let browser: Browser;
let page: ServedPage;
let foreign: ServedPage;
let running: RunningNetwork;
let node: FrondNode;

beforeAll(async () => {
  const script = await bundlePage();
  [page, foreign] = [await servePage(script), await servePage(script)];
  for (const served of [page, foreign]) closing.add(served.close);
  browser = await startChromium();
  closing.add(browser.close);
  const allowedOrigins = [page.origin];
  running = await startNetwork({
    config: { ...(await loadConfig({ path: configPath("steady") })), allowedOrigins },
    ...{ referenceString: "development", cacheDirectory: defaultCacheDirectory(), dataDirectory, confirmations: 0 },
    ...{ host: "127.0.0.1", port: 0, coordinatorPort: 0, without: ["exchange"], debug: false, logger: silentLogger },
    ...{ onProgress() {}, onEpoch() {}, onSettled() {}, onFailed() {} },
    policy: { epochSeconds: 0.5 },
    openQueue: standInQueue,
  });
  closing.add(() => running.close());
  await acceptStandIns(running.network);
  const { coordinatorUrl } = running.network;
  node = await runLayer({
    ...{ layer: requireLayerFile(dataDirectory, "exchange"), dataDirectory, host: "127.0.0.1", port: 0 },
    ...{ allowedOrigins, allowedHosts: [], logger: silentLogger, coordinatorUrl: () => coordinatorUrl },
  });
  closing.add(() => node.close());
});

afterAll(async () => {
  await closing.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** Calls a function of the page's script, at an origin. */
async function inPage<T>(origin: string, name: string, argument: unknown): Promise<T> {
  const tab = await browser.context.newPage();
  try {
    await tab.goto(origin);
    // As texts: functions of this file are instrumented, as those of applications are.
    await tab.waitForFunction(`"${name}" in globalThis`);
    return await tab.evaluate<T>(`${name}(${JSON.stringify(argument)})`);
  } finally {
    await tab.close();
  }
}

test("a page deposits, simulates, calls and reads, with a key that its wallet's signature gives", async () => {
  const { coordinatorUrl, l1Url } = running.network;
  const application = interfaceOf(exchange) as Place["application"];
  const place: Place = { node: node.url.replace("http", "ws"), coordinator: coordinatorUrl, l1: l1Url, application };
  const result = await inPage<PageResult>(page.origin, "run", place);
  expect(result).toMatchObject({
    wallets: ["Test wallet"],
    states: ["connected", "closed", "base 999999999999999000"],
    balances: ["undefined", "1000000000000000000", "999999999999999000"],
    fee: "0",
    refusal: { ok: false, code: "sequencer/execution-failed" },
    settled: "settled",
    stored: "[0,0,0]",
  });
});

test("a page of another origin gets nothing of a node, a coordinator or the local L1", async () => {
  for (const url of [node.url, running.network.coordinatorUrl]) {
    const refused = { call: "TypeError", socket: "refused" };
    expect(await inPage(foreign.origin, "intrude", url)).toEqual(refused);
    expect(await inPage(page.origin, "intrude", url)).toEqual({ call: "answered", socket: "opened" });
  }
  expect(await inPage(foreign.origin, "intrude", running.network.l1Url)).toMatchObject({ call: "TypeError" });
});
