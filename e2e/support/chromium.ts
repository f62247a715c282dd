import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const QUIET = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

export type Browser = { readonly context: BrowserContext; close(): Promise<void> };

/** Starts the Chromium of the machine, with a profile of its own, which is deleted afterwards. */
export async function startChromium(): Promise<Browser> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const executablePath = folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("There is no Chromium here. Install it: `apt-get install chromium`.");
  const profile = mkdtempSync(join(tmpdir(), "frond-chromium-"));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: QUIET });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
