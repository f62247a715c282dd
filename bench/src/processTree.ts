import { readdirSync, readFileSync } from "node:fs";

export type ProcessMemory = {
  readonly command: string;
  readonly peakBytes: number;
  /** What cores have worked for it. */
  readonly processorSeconds: number;
};

const TICKS_PER_SECOND = 100;

/** Peak resident memory (VmHWM) and work so far of a process and all below it, by process id. Linux only. */
export function memoryBelow(root: number): Map<number, ProcessMemory> {
  const parents = new Map<number, number>();
  const memory = new Map<number, ProcessMemory>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      // One that has ended and waits for its parent has no memory left, and what it had is known.
      if (!status.includes("VmHWM")) continue;
      parents.set(pid, numberAfter("PPid", status));
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Of the fields behind the name, which may have spaces, the user's and the system's ticks.
      const ticks = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .slice(11, 13)
        .map(Number) as [number, number];
      const processorSeconds = (ticks[0] + ticks[1]) / TICKS_PER_SECOND;
      memory.set(pid, { command, peakBytes: numberAfter("VmHWM", status) * 1024, processorSeconds });
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
