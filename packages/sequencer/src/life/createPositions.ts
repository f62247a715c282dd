import type { Store } from "@frond/store";
import type { Tip } from "../order/createTip.ts";
import { createLastBefore } from "../seal/lastBefore.ts";
import type { LayerPosition, ReturningStatus } from "../types.ts";

/** Where the layer is, whole and consistent. */
export type Positions = {
  position(): LayerPosition;
  /**
   * Tells if session, epoch, held or returning has changed since the last time, or the time of a held layer. Not during
   * a set-back.
   */
  tell(): void;
};

export function createPositions(dependencies: {
  readonly store: Pick<Store, "block" | "lastBlockNumber">;
  readonly tip: Pick<Tip, "epoch" | "lastTime" | "state">;
  session(): number;
  isHeld(): boolean;
  /** At which the clock stands, for the layer is to be held; undefined if the clock goes. */
  heldTime(): number | undefined;
  returning(): ReturningStatus;
  isSettingBack(): boolean;
  onChange(): void;
}): Positions {
  const { store, tip, session, isHeld, heldTime, returning, isSettingBack, onChange } = dependencies;
  const lastBefore = createLastBefore(store, session);
  let told: string | undefined;

  const position = (): LayerPosition => {
    // Blocks that are not durable belong to the epoch that the layer is in.
    const oldest = tip.state.cut[0] ?? tip.state.open;
    const epoch = Math.min(tip.epoch, oldest?.epoch ?? tip.epoch);
    return {
      session: session(),
      epoch,
      block: store.lastBlockNumber(),
      sealed: lastBefore(epoch),
      time: Math.max(tip.lastTime, heldTime() ?? 0),
      isHeld: isHeld(),
      returning: returning(),
    };
  };
  return {
    position,
    tell() {
      if (isSettingBack()) return;
      const { session, epoch, isHeld, returning, time } = position();
      // The time of a layer that is not held changes with every block, and nobody waits for it.
      const changing = JSON.stringify({ session, epoch, isHeld, returning, ...(isHeld && { time }) });
      if (changing === told) return;
      told = changing;
      onChange();
    },
  };
}
