import type { Follower } from "@frond/follower";
import { retry } from "@frond/foundation";
import type { Reporter } from "../terminal/reporter.ts";

/** After so many failures in a row whoever started it looks at the reason. */
const ATTEMPTS = 5;

/** Follows L1 until everything that it has is here. */
export async function followToEnd(follower: Pick<Follower, "step">, { live, logger }: Reporter): Promise<void> {
  for (;;) {
    const step = () => follower.step();
    const { isCurrent, epoch, known } = await retry(step, { what: "Following L1", logger, attempts: ATTEMPTS });
    live(`  epoch ${epoch} of ${known}`);
    if (isCurrent) return;
  }
}
