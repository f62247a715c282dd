import type { Store } from "@frond/store";
import type { Tip } from "../order/createTip.ts";
import { createLastBefore } from "../seal/lastBefore.ts";
import type { LayerPosition, ReturningStatus } from "../types.ts";

/** Where the layer is, whole and consistent. */
export type Positions = {
  position(): LayerPosition;
  /** Tells if session, epoch, held or returning has changed since the last time. Not during a set-back. */
  tell(): void;
};

export const createPositions = (dependencies: {
  readonly store: Pick<Store, "block" | "lastBlockNumber">;
  readonly tip: Pick<Tip, "epoch" | "state">;
  session(): number;
  isHeld(): boolean;
  returning(): ReturningStatus;
  isSettingBack(): boolean;
  onChange(): void;
}): Positions => {
  const { store, tip, session, isHeld, returning, isSettingBack, onChange } = dependencies;
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
      isHeld: isHeld(),
      returning: returning(),
    };
  };
  return {
    position,
    tell() {
      if (isSettingBack()) return;
      const { session, epoch, isHeld, returning } = position();
      const changing = JSON.stringify({ session, epoch, isHeld, returning });
      if (changing === told) return;
      told = changing;
      onChange();
    },
  };
};
