import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StoreDamagedError } from "../errors.ts";

/**
 * Looks whether the LMDB file of a store or of tables can be read, in a process of its own: a damaged one can end the
 * process that opens it without a word. A directory without a file is sound.
 * @throws StoreDamagedError
 */
export async function requireSoundStore(path: string): Promise<void> {
  const file = statSync(join(path, "data.mdb"), { throwIfNoEntry: false });
  if (file === undefined) return;
  if (file.size === 0) throw new StoreDamagedError(path, "its file data.mdb is empty");
  const reason = await whyUnreadable(path);
  if (reason !== undefined) throw new StoreDamagedError(path, reason);
}

async function whyUnreadable(path: string): Promise<string | undefined> {
  const script = fileURLToPath(new URL("./readStore.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "ignore", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("exit", kill);
      if (code === 0) return resolve(undefined);
      const line = /^(?:\w*Error|MDB_\w+): .*/m.exec(said)?.[0] ?? said.trim().split("\n")[0];
      resolve(signal === null ? `LMDB can't read it (${line})` : `reading it ends a process (${signal})`);
    });
  });
}
