import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { explorerPages } from "@frond/explorer";
import { type CoordinatorApi, coordinatorMethods, startCoordinatorServer } from "@frond/node";
import type { NetworkView } from "@frond/settlement";
import { type Browser, chromium } from "playwright-core";
import type { Figure, Section } from "./report.ts";
import { percentile } from "./submitSwaps.ts";

const LAYERS = 64;
const LOADS = 10;

/**
 * From opening the explorer to the list of 64 layers, in the Chromium of this machine, which is new each time: nothing
 * is in its cache. The coordinator is a stand-in that only shows a tree.
 */
export const explorer: Section = {
  name: "explorer",
  noSmallForm: "it is about a browser that starts anew, and e2e/explorer.test.ts opens the page in one",
  async run(progress) {
    progress("building the page");
    const pageAt = explorerPages(() => []);
    await pageAt("/");
    const coordinator = { network: () => networkOf(LAYERS) } as unknown as CoordinatorApi;
    const deployment = { chainId: 31_337n, settlement: "0x", l1Url: "" } as const;
    const server = await startCoordinatorServer({
      ...{ host: "127.0.0.1", port: 0, pageAt, metrics: () => ({}), layers: (_, socket) => void socket.destroy() },
      methods: coordinatorMethods(coordinator, deployment, { promisesOf: async () => undefined }),
    });
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
    try {
      const loads: Load[] = [];
      for (let i = 0; i < LOADS; i++) {
        progress(`load ${i + 1} of ${LOADS}`);
        loads.push(await load(browser, server.url));
      }
      return [figureOf(loads)];
    } finally {
      await browser.close();
      await server.close();
    }
  },
};

type Load = {
  readonly milliseconds: number;
  readonly bytes: number;
  readonly scriptBytes: number;
  readonly files: number;
};

/** One load in a profile of its own, until the last layer is shown and the first link to a layer can be used. */
async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const files: Promise<{ readonly type: string; readonly bytes: number }>[] = [];
    page.on("response", (response) => {
      const type = response.request().resourceType();
      files.push(response.body().then(({ length }) => ({ type, bytes: length })));
    });
    const began = performance.now();
    await page.goto(url, { waitUntil: "commit" });
    await page.locator(`tbody tr:nth-child(${LAYERS})`).waitFor();
    await page.locator("tbody tr a").first().click({ trial: true });
    const milliseconds = performance.now() - began;
    const loaded = await Promise.all(files);
    const sum = (those: typeof loaded) => those.reduce((bytes, file) => bytes + file.bytes, 0);
    const scriptBytes = sum(loaded.filter(({ type }) => type === "script"));
    return { milliseconds, bytes: sum(loaded), scriptBytes, files: loaded.length };
  } finally {
    await context.close();
  }
}

function figureOf(loads: readonly Load[]): Figure {
  const times = loads.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const [{ bytes, scriptBytes, files }] = loads as [Load];
  return {
    name: `bytes that the explorer loads to show ${LAYERS} layers`,
    value: bytes,
    unit: "bytes",
    target: { bound: 1_100_000, direction: "at most" },
    details: {
      "of it scripts (bytes)": scriptBytes,
      files,
      "seconds to the list of layers: p50": percentile(times, 0.5) / 1_000,
      "seconds to the list of layers: slowest": Math.max(...times) / 1_000,
      loads: LOADS,
    },
  };
}

/** A trunk, and all other layers below it. */
function networkOf(count: number): NetworkView {
  const layers = Array.from({ length: count }, (_, i): NetworkView["layers"][number] => ({
    ...{
      name: `layer${i}`,
      layerId: BigInt(i + 1),
      parentId: i === 0 ? 0n : 1n,
      index: BigInt(i),
      application: "money",
    },
    ...{ parent: i === 0 ? null : "layer0", url: "", status: "online", isRegistered: true, isEstablished: true },
    ...{ quarantineSeconds: 0, time: Date.now(), block: 1, ahead: 0, transactionsPerSecond: 0, messagesInFlight: 0 },
    ...{ blocksSealed: 1, blocksProven: 0, session: 0, fee: null, fullness: null },
  }));
  return {
    epoch: { open: 1, proving: null, settled: 0, stage: "open", done: 0, total: 0, blocked: null },
    layers,
    queue: { waiting: 0, running: 0, failed: 0, workers: 1, peakBytes: 0 } as NetworkView["queue"],
    l1: { lastEpoch: 0, transaction: null, gasUsed: null },
  };
}

/** @throws if there is no Chromium on this machine */
function chromiumPath(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path));
  if (found === undefined) throw new Error("There is no Chromium here. Install it: `apt-get install chromium`.");
  return found;
}
