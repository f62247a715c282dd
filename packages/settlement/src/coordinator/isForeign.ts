import { FrondError } from "@frond/foundation";
import {
  ChainWentBackError,
  DeploymentRetiredError,
  EpochUnknownError,
  EpochUnreadableError,
  RootMismatchError,
  WindowMovedError,
} from "../errors.ts";

/**
 * L1 has what this coordinator did not settle, or what it settled can't be read now: its blob is missing, say. Nothing
 * here is lost, and nothing can settle until that is resolved.
 */
export function isForeign(error: unknown): boolean {
  return (
    error instanceof EpochUnknownError ||
    error instanceof EpochUnreadableError ||
    error instanceof RootMismatchError ||
    error instanceof ChainWentBackError ||
    error instanceof DeploymentRetiredError ||
    error instanceof WindowMovedError ||
    (error instanceof FrondError && error.code.startsWith("follower/"))
  );
}
