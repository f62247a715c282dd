import type { Store } from "@frond/store";
import type { Tip } from "../order/createTip.ts";
import { createLastBefore } from "../seal/lastBefore.ts";
import type { LayerPosition, ReturningStatus } from "../types.ts";

/** Where the layer is, whole and consistent. */
export type Positions = {
  /** The last epoch that is over and whose blocks are all durable; 0 before the first. */
  completeEpoch(): number;
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

  const completeEpoch = (): number => {
    const oldest = tip.state.cut[0] ?? tip.state.open;
    return Math.min(tip.epoch, oldest?.epoch ?? tip.epoch) - 1;
  };
  const position = (): LayerPosition => {
    const epoch = completeEpoch() + 1;
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
    completeEpoch,
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
