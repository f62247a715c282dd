import { readdirSync, readFileSync } from "node:fs";

export type Descendant = { readonly pid: number; readonly command: string };

/** Every living process below `pid`, from /proc (Linux). */
export function descendantsOf(pid: number): Descendant[] {
  const processes = listProcesses();
  const below = (ancestor: number): Descendant[] =>
    processes
      .filter(({ parent }) => parent === ancestor)
      .flatMap((child) => [{ pid: child.pid, command: child.command }, ...below(child.pid)]);
  return below(pid);
}

/** Whether a process exists and is not merely waiting for its parent to notice its end. */
export function isAlive(pid: number): boolean {
  return listProcesses().some((process) => process.pid === pid);
}

function listProcesses(): { pid: number; parent: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        if (/^State:\s+Z/m.test(status)) return [];
        const parent = Number(status.match(/^PPid:\s+(\d+)/m)?.[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent, command }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
