const LEAST_SECONDS = 18;
const SECONDS_PER_MILLION_ROWS = 60;
/** How much longer than expected a proof may take. */
const SLACK = 10;

/**
 * Seconds that a slow machine, which does nothing else, takes for the proof of a circuit with so many rows (a power of
 * two).
 */
export function expectedSeconds(rows: number): number {
  return LEAST_SECONDS + (SECONDS_PER_MILLION_ROWS * rows) / 2 ** 20;
}

/**
 * Seconds after which the first attempt at a proof is stopped, on a machine that is not slower than expected. A circuit
 * is anybody's, and one whose hints never end must not hold a worker, or an epoch, for long. `limitSeconds` says what
 * follows for other attempts and other machines.
 */
export function jobSeconds(rows: number): number {
  return SLACK * expectedSeconds(rows);
}
