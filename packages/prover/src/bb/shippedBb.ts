import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ReferenceStringError } from "../errors.ts";

const PACKAGE = findPackage();
const PLATFORMS: Readonly<Record<string, string>> = {
  "linux-x64": "amd64-linux",
  "linux-arm64": "arm64-linux",
  "darwin-x64": "amd64-macos",
  "darwin-arm64": "arm64-macos",
};

/** The version of Barretenberg installed. */
export const BB_VERSION: string = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")).version;

/** Path of the native `bb` of the installed @aztec/bb.js for this machine. */
export function shippedBb(): string {
  const machine = `${process.platform}-${process.arch}`;
  const platform = PLATFORMS[machine];
  if (!platform) {
    throw new ReferenceStringError(`There is no native bb for ${machine}. Use Linux or macOS, on x64 or arm64.`, {
      machine,
    });
  }
  return join(PACKAGE, "build", platform, "bb");
}

function findPackage(): string {
  let directory = dirname(fileURLToPath(import.meta.resolve("@aztec/bb.js")));
  // The entry point lies some folders below the root, each possibly with a package.json that only says the module type.
  while (!isRoot(directory)) directory = dirname(directory);
  return directory;
}

function isRoot(directory: string): boolean {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).name === "@aztec/bb.js";
  } catch {
    return dirname(directory) === directory;
  }
}
