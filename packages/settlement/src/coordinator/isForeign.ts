import { ChainWentBackError, EpochUnknownError, RootMismatchError, WindowMovedError } from "../errors.ts";

/** L1 has what this coordinator did not settle. Nothing here is lost, and nothing can settle until that is resolved. */
export function isForeign(error: unknown): boolean {
  return (
    error instanceof EpochUnknownError ||
    error instanceof RootMismatchError ||
    error instanceof ChainWentBackError ||
    error instanceof WindowMovedError
  );
}
