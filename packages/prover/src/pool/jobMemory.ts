/**
 * Of `bb` for each row of the circuit, and of the process that makes witnesses: 2^21 rows take 2.05 GB and 0.25 GB when
 * measured (docs/deployment.md).
 */
const BYTES_A_ROW = 1_100;
const BYTES_OF_PROCESS = 256 * 2 ** 20;

/**
 * Resident bytes that a proof of a circuit with so many rows (a power of two) takes at its peak, all processes
 * together.
 */
export function jobMemory(rows: number): number {
  return rows * BYTES_A_ROW + BYTES_OF_PROCESS;
}
