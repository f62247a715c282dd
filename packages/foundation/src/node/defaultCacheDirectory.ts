import { homedir } from "node:os";
import { join } from "node:path";

/** Where everything that can be made again is kept: `$XDG_CACHE_HOME/frond`, or `~/.cache/frond`. */
export function defaultCacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "frond");
}
