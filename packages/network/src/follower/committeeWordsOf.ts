import { type Committee, readCommitteeBlock } from "@frond/committee";
import type { FollowerStore } from "@frond/follower";
import type { Field, Logger } from "@frond/foundation";

/**
 * Asks the committees of layers, as far as they are known, for the words of blocks. A block is right if the layer's
 * sequencer has signed it and it leads to the state that L1 has of it.
 */
export function committeeWordsOf(
  store: () => FollowerStore | undefined,
  { committees, logger }: { readonly committees: ReadonlyMap<Field, Committee>; readonly logger: Logger },
) {
  return async ({ layerId, time, stateRoot }: { layerId: Field; time: number; stateRoot: Field }) => {
    const committee = committees.get(layerId);
    const sequencerKey = store()?.layers.get(layerId)?.config.sequencerKey;
    if (committee === undefined || sequencerKey === undefined) return undefined;
    try {
      const isRight = ({ statement }: { statement: { stateRootOut: Field } }) => statement.stateRootOut === stateRoot;
      return (await readCommitteeBlock({ committee, layerId, time, sequencerKeys: [sequencerKey], isRight })).words;
    } catch (error) {
      logger.warn("A committee has not told a block", {
        layerId: String(layerId),
        time,
        reason: (error as Error).message,
      });
      return undefined;
    }
  };
}
