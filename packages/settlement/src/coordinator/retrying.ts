import { retry } from "@frond/foundation";
import { EpochRefusedError, UnprovableError } from "../errors.ts";
import type { Core } from "./core.ts";
import { isForeign } from "./isForeign.ts";

/** Attempts a step of settling until it succeeds, the coordinator closes, or an error says that no attempt succeeds. */
export function retrying<T>(core: Core, what: string, attempt: () => Promise<T>): Promise<T> {
  return retry(attempt, {
    what,
    signal: core.signal,
    logger: core.logger,
    isFinal: (error) => error instanceof UnprovableError || error instanceof EpochRefusedError || isForeign(error),
  });
}
