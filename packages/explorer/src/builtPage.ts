import { spawn } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FrondError } from "@frond/foundation";

const folder = fileURLToPath(new URL("..", import.meta.url));
const built = join(folder, "dist");
/** What the page is made of; not there in the published package, which has the built page. */
const SOURCES = [
  "explorer/page",
  "sdk",
  "react",
  "language",
  "contracts/ts",
  "protocol/src",
  "foundation",
  "../apps/orbits",
  "../apps/bricks",
];
const VITE = "node_modules/vite/bin/vite.js";

let building: Promise<string> | undefined;

/**
 * The folder of the page's static files. In a clone they are built when they are first needed, and again after their
 * sources have changed: some seconds, without a network.
 * @throws PageBuildError
 */
export async function builtPage(): Promise<string> {
  if (!existsSync(join(folder, "page"))) return built;
  building ??= (isFresh() ? Promise.resolve(built) : buildPage()).finally(() => {
    building = undefined;
  });
  return await building;
}

/** Builds the page, and gives its folder. What was there is replaced at once. @throws PageBuildError */
export async function buildPage(): Promise<string> {
  const output = `${built}.${process.pid}`;
  const root = join(folder, "../..");
  const args = [join(root, VITE), "build", "--outDir", output, "--emptyOutDir", "--logLevel", "warn"];
  const { VITEST: _vitest, NODE_OPTIONS: _options, NODE_ENV: _environment, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) {
    rmSync(output, { recursive: true, force: true });
    throw new PageBuildError(said.slice(-2_000));
  }
  rmSync(built, { recursive: true, force: true });
  try {
    renameSync(output, built);
  } catch (error) {
    // Another process has built it meanwhile.
    if (!isFresh()) throw error;
    rmSync(output, { recursive: true, force: true });
  }
  return built;
}

function isFresh(): boolean {
  const page = join(built, "index.html");
  if (!existsSync(page)) return false;
  const { mtimeMs } = statSync(page);
  return SOURCES.every((source) => changedAt(join(folder, "..", source)) < mtimeMs);
}

/** When the newest file below was changed. */
function changedAt(path: string): number {
  const names = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(...names.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** The explorer's page could not be built. */
export class PageBuildError extends FrondError {
  constructor(said: string) {
    super({
      code: "explorer/build",
      message: `The explorer's page could not be built: ${said.trim()} Run \`npm ci\`, and load the page again.`,
      data: {},
    });
  }
}
