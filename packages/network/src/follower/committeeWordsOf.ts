import { type CommitteeBlock, type CommitteeFile, readCommitteeBlock } from "@frond/committee";
import type { CommitteeWords } from "@frond/follower";
import type { Field, Logger } from "@frond/foundation";
import { type LayerConfig, layerIdOfConfig } from "@frond/protocol";

/**
 * Asks the committees of layers, as far as they are known, for the words of blocks: the one that the layer had when the
 * block was made. A block is right if the layer's sequencer of that time has signed it and it leads to the state that
 * L1 has of it.
 */
export function committeeWordsOf({
  files,
  logger,
}: {
  readonly files: readonly CommitteeFile[];
  readonly logger: Logger;
}): CommitteeWords {
  return async ({ layerId, epoch, time, stateRoot, config }) => {
    const committee = files.find((file) => isOf(file, layerId, config))?.committee;
    if (committee === undefined) return undefined;
    try {
      const sequencerKeys = [config.sequencerKey];
      const isRight = ({ statement }: CommitteeBlock) =>
        statement.stateRootOut === stateRoot && statement.epoch === epoch;
      return (await readCommitteeBlock({ committee, layerId, time, sequencerKeys, isRight })).words;
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

/** Whether a file describes the committee that a layer had: upgrades change committees. */
function isOf({ config: described }: CommitteeFile, layerId: Field, config: LayerConfig): boolean {
  const { committeeRoot, committeeThreshold } = config;
  const isSame = described.committeeRoot === committeeRoot && described.committeeThreshold === committeeThreshold;
  return isSame && layerIdOfConfig(described) === layerId;
}
