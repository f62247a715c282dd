import { retry } from "@frond/foundation";
import type { Core } from "./core.ts";
import { isForeign } from "./isForeign.ts";
import { noteBlocked } from "./noteBlocked.ts";
import { settleUndone } from "./settleUndone.ts";

/** Looks after what was sent to L1 until L1 has made it final, until the coordinator closes. */
export async function followSubmissions(core: Core): Promise<void> {
  const { signal, logger } = core;
  const look = async () => {
    await core.dependencies.layerOne.watch();
    await settleUndone(core);
  };
  while (!signal.aborted) {
    try {
      await retry(look, { what: "Looking after transactions on L1", signal, logger, isFinal: isForeign });
    } catch (error) {
      if (!isForeign(error)) throw error;
      noteBlocked(core, error as Error);
    }
    await core.until(() => false, core.options.pollMilliseconds ?? 1_000);
  }
}
