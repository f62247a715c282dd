/** What has ended by then has written what it had to write. */
const LEFT_MILLISECONDS = 3_000;

/**
 * Ends the process with a code when nothing is left to do. What hangs is left behind: the timer keeps no process, but
 * ends one that something else keeps.
 */
export function endWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LEFT_MILLISECONDS).unref();
}
