/**
 * Whether the other end of a connection is gone, counted in turns of this process: a turn counts the same however long
 * the process stood still before it. So a machine that stalls ends no connection, and a late heart is not a dead one.
 */
export type Silence = {
  /** Something came: a frame, a ping, or a pong. */
  broken(): void;
  /** From now on something has to come within a few turns. */
  probe(): void;
  /** One more second of this process has passed. True if nothing has come for too many of them. */
  turn(): boolean;
};

export const TURN_MILLISECONDS = 1_000;
/** Turns without any sign of the other end, after which the connection ends. */
const LONGEST_SILENCE_TURNS = 60;

/** Turns in which a probe is answered by an end that is there. */
const PROBE_TURNS = 5;

export function createSilence(longestTurns = LONGEST_SILENCE_TURNS): Silence {
  let turns = 0;
  return {
    broken() {
      turns = 0;
    },
    probe() {
      turns = Math.max(turns, longestTurns - PROBE_TURNS);
    },
    turn: () => ++turns > longestTurns,
  };
}
