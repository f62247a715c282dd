import { describe, expect, it } from "vitest";
import { type SimulationOptions, simulate } from "./simulate.ts";
import type { OldFaults } from "./world.ts";

/** Problems of many runs, each with the seed that makes it again: `npm run simulate-faults -- --seed N`. */
function problemsOf(
  options: Omit<SimulationOptions, "seed">,
  { runs, from }: { runs: number; from: number },
): string[] {
  const problems: string[] = [];
  for (let seed = from; seed < from + runs; seed++)
    for (const problem of simulate({ ...options, seed }).problems) problems.push(`seed ${seed}: ${problem}`);
  return problems;
}

describe("layers and coordinator under crashes, cuts, clocks that jump, and frames that are lost, late, repeated or overtaken", () => {
  it("lose nothing that was promised, as long as nothing fails by itself", { timeout: 300_000 }, () => {
    const options = { steps: 250, isProvable: true, hasBundles: false };
    expect(problemsOf(options, { runs: 250, from: 1 })).toEqual([]);
  });

  it("keep money and bundles whole, and come to rest, with blocks that can't be proven", { timeout: 300_000 }, () => {
    expect(problemsOf({ steps: 250 }, { runs: 250, from: 100_001 })).toEqual([]);
  });

  it("do the same while clocks are set back and forward all the time, and layers lie", { timeout: 300_000 }, () => {
    const options = { steps: 400, jump: 0.05 };
    const calm = { ...options, isProvable: true, hasBundles: false };
    expect(problemsOf(calm, { runs: 80, from: 300_001 })).toEqual([]);
    expect(problemsOf(options, { runs: 80, from: 400_001 })).toEqual([]);
    expect(problemsOf({ ...options, layers: 6, jump: 0.3 }, { runs: 25, from: 500_001 })).toEqual([]);
  });

  it("do the same with more layers", { timeout: 300_000 }, () => {
    expect(problemsOf({ steps: 400, layers: 6 }, { runs: 50, from: 200_001 })).toEqual([]);
  });

  it("go the same way with the same seed", () => {
    expect(simulate({ seed: 7 })).toEqual(simulate({ seed: 7 }));
  });
});

describe("a fault that is put back is found", () => {
  const faults: [string, OldFaults][] = [
    ["a set-back that becomes durable one layer after the other", { halfSetBack: true }],
    ["messages between layers that are in memory only", { forgottenLetters: true }],
    ["a promise that is given up after a while, whether what it needs is back or not", { impatience: true }],
  ];
  it.each(faults)("%s", { timeout: 300_000 }, (_name, fault) => {
    const options = { steps: 400, isProvable: true, hasBundles: false, faults: fault };
    expect(problemsOf(options, { runs: 150, from: 151 }).length).toBeGreaterThan(0);
  });
});
