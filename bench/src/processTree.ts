import { readdirSync, readFileSync } from "node:fs";

export type ProcessMemory = { readonly command: string; readonly peakBytes: number };

/** Peak resident memory (VmHWM) so far of a process and all below it, by process id. Linux only. */
export function memoryBelow(root: number): Map<number, ProcessMemory> {
  const parents = new Map<number, number>();
  const memory = new Map<number, ProcessMemory>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      parents.set(pid, numberAfter("PPid", status));
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      memory.set(pid, { command, peakBytes: numberAfter("VmHWM", status) * 1024 });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && pid !== 0 && (pid === root || isBelow(parents.get(pid)));
  return new Map([...memory].filter(([pid]) => isBelow(pid)));
}

const numberAfter = (name: string, status: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
