import { fieldToHex, until } from "@frond/foundation";
import type { ForcedCall, ForcedStatus } from "@frond/sdk";
import type { Settings } from "../settings.ts";
import { askLayer } from "./ask.ts";

const POLL_MILLISECONDS = 500;

/** Waits until the layer's node has taken a forced call, and says what became of it. */
export async function untilTaken(
  settings: Settings,
  layer: string | undefined,
  { hash }: Pick<ForcedCall, "hash">,
): Promise<ForcedStatus> {
  const ask = () => askLayer(settings, layer, { method: "frond_getForced", params: { hash: fieldToHex(hash) } });
  return await until(
    async () => {
      const status = (await ask()) as ForcedStatus;
      return status.status === "unknown" ? undefined : status;
    },
    { everyMilliseconds: POLL_MILLISECONDS },
  );
}
