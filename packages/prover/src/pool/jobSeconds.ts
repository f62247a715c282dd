const LEAST = 180;
const PER_MILLION_ROWS = 600;

/**
 * Seconds after which the proof of a circuit with so many rows (a power of two) is given up: ten times what a slow machine takes. A circuit is anybody's, and one whose hints never end must not hold a worker, or an
 * epoch, for long.
 */
export function jobSeconds(rows: number): number {
  return LEAST + (PER_MILLION_ROWS * rows) / 2 ** 20;
}
