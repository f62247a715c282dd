import { comeToRest } from "./comeToRest.ts";
import { checkEnd } from "./invariants.ts";
import { addLoad } from "./load.ts";
import { calmDown, createRun, strike, turn } from "./run.ts";
import type { OldFaults } from "./world.ts";

export type SimulationOptions = {
  readonly seed: number;
  readonly layers?: number;
  /** Steps with faults and load; then all is calm until nothing happens any more. */
  readonly steps?: number;
  /** How likely a process dies in one step; 0.004 unless given. */
  readonly crash?: number;
  /** How likely a clock jumps in one step; 0.004 unless given. */
  readonly jump?: number;
  /** Faults of the product to put back. */
  readonly faults?: OldFaults;
  /** Blocks that can't be proven, and bundles that fail, are causes to lose what was promised. */
  readonly isProvable?: boolean;
  readonly hasBundles?: boolean;
};

export type SimulationResult = {
  readonly seed: number;
  readonly steps: number;
  readonly promised: number;
  readonly epochs: number;
  readonly setBacks: number;
  /** What must hold and does not. */
  readonly problems: readonly string[];
  readonly trace: readonly string[];
};

const CRASH = 0.004;
const JUMP = 0.004;

/** One run of the machine, its disks and its network under a scheduler that follows from the seed. */
export function simulate(options: SimulationOptions): SimulationResult {
  const { seed, steps = 800, isProvable = false, hasBundles = true } = options;
  const { layers: count = 3, crash = CRASH, jump = JUMP, faults = {} } = options;
  const run = createRun({ seed, layers: count, crash, jump, faults, isProvable, hasBundles });
  const { world, layers, coordinator, layerOne, promised } = run;
  coordinator.start();
  for (const layer of layers) layer.start();
  for (let step = 0; step < steps; step++) {
    world.step();
    if (world.random.chance(0.3)) turn(run);
    if (world.random.chance(0.5)) addLoad(run);
    strike(run);
  }
  calmDown(run);
  const { turns, isAtRest } = comeToRest(run);
  const problems = checkEnd({
    layers,
    coordinator,
    layerOne,
    promised,
    isAtRest,
    options: { isProvable, hasBundles },
  });
  return {
    seed,
    steps: steps + turns,
    promised: promised.transactions.size,
    epochs: layerOne.epoch - 1,
    setBacks: layers.reduce((sum, layer) => sum + layer.durable().session, 0),
    problems: [...problems, ...world.violations],
    trace: world.trace,
  };
}
