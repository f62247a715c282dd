import type { Random } from "./random.ts";

/** Faults of the product that a simulation can put back, to show that it finds them. */
export type OldFaults = {
  /** The rows of one decision become durable one after the other. */
  readonly halfSetBack?: boolean;
  /** Letters are in memory only. */
  readonly forgottenLetters?: boolean;
  /** What fails after a set-back is given up soon, whether what it needs is back or not. */
  readonly impatience?: boolean;
};

/** What the world does to processes, disks and connections: probabilities of one step. */
export type Weather = {
  readonly crash: number;
  readonly cut: number;
  readonly repeat: number;
  readonly reorder: number;
  readonly lose: number;
  /** That somebody sets a clock, or a layer begins to lie about the time. */
  readonly jump: number;
};

/** How far clocks are ahead of the time that passes, in milliseconds; behind if that is negative. */
type WrongClocks = {
  layerOne: number;
  /** The coordinator's wall clock. */
  coordinator: number;
  /** Wall clocks of layers, by name. */
  readonly layers: Map<string, number>;
  /** By how much the blocks of layers that lie are ahead of the network's time, by name. */
  readonly lies: Map<string, number>;
};

/** Something that happens as soon as the scheduler chooses it. */
type Event = { readonly what: string; run(): void };

/** Everything that happens, one event after the other, in an order that follows from the seed. */
export type World = {
  readonly random: Random;
  readonly faults: OldFaults;
  weather: Weather;
  /** Passes for everybody at the same rate. */
  milliseconds: number;
  readonly wrong: WrongClocks;
  /** What happened, for people: the last lines only. */
  readonly trace: string[];
  note(line: string): void;
  /** What must hold at every moment and did not, each once. */
  readonly violations: Set<string>;
  later(what: string, run: () => void): void;
  /** Runs one event; false if there is none. */
  step(): boolean;
};

const LONGEST_TRACE = 2_000;
/** In milliseconds since 1970. */
const BEGINNING = 1_700_000_000_000;

export function createWorld(random: Random, weather: Weather, faults: OldFaults): World {
  const events: Event[] = [];
  const world: World = {
    random,
    faults,
    weather,
    milliseconds: BEGINNING,
    wrong: { layerOne: 0, coordinator: 0, layers: new Map(), lies: new Map() },
    trace: [],
    violations: new Set(),
    note(line) {
      world.trace.push(line);
      if (world.trace.length > LONGEST_TRACE) world.trace.splice(0, LONGEST_TRACE / 2);
    },
    later: (what, run) => void events.push({ what, run }),
    step() {
      if (events.length === 0) return false;
      const place = random.chance(world.weather.reorder) ? random.below(events.length) : 0;
      const [event] = events.splice(place, 1);
      event!.run();
      return true;
    },
  };
  return world;
}

/**
 * A connection between two processes. Frames may be delayed, reordered, repeated and lost until it is cut; then nothing
 * arrives any more.
 */
export type Connection<Up, Down> = {
  readonly isOpen: boolean;
  up(frame: Up): void;
  down(frame: Down): void;
  cut(): void;
};

export function connect<Up extends { type: string }, Down extends { type: string }>(
  world: World,
  name: string,
  ends: { up(frame: Up): void; down(frame: Down): void; cut(): void },
): Connection<Up, Down> {
  let isOpen = true;
  function travel<F extends { type: string }>(frame: F, arrive: (frame: F) => void): void {
    const { weather, random } = world;
    if (random.chance(weather.lose)) return;
    const times = random.chance(weather.repeat) ? 2 : 1;
    for (let i = 0; i < times; i++)
      world.later(`${name} ${frame.type}`, () => {
        if (isOpen) arrive(frame);
      });
  }
  return {
    get isOpen() {
      return isOpen;
    },
    up: (frame) => isOpen && travel(frame, ends.up),
    down: (frame) => isOpen && travel(frame, ends.down),
    cut() {
      if (!isOpen) return;
      isOpen = false;
      ends.cut();
    },
  };
}
