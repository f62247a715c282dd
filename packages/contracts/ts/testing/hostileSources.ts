import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Tokens and receivers that misbehave, for tests only. */
export function readHostileSources(): Record<string, string> {
  const path = fileURLToPath(new URL("HostileContracts.sol", import.meta.url));
  return { "HostileContracts.sol": readFileSync(path, "utf8") };
}
