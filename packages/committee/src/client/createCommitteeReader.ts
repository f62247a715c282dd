import { type Field, type Logger, type Point, silentLogger } from "@frond/foundation";
import type { Committee } from "../types.ts";
import { CommitteeDataError, readCommitteeBlock } from "./readCommitteeWords.ts";

/** Who holds what a layer does not publish, and the keys that its sequencer has had. */
export type CommitteeOfLayer = { readonly committee: Committee; readonly sequencerKeys: readonly Point[] };

/** A block as L1 knows it. */
export type WantedBlock = {
  readonly layerId: Field;
  readonly epoch: number;
  readonly time: number;
  /** The layer's state after the block. */
  readonly stateRoot: Field;
};

/**
 * The words that a block left to its layer's committee, the last chunk padded with zeros; undefined if the layer's
 * committee is not known, or too few members answer now.
 */
export type CommitteeReader = (wanted: WantedBlock) => Promise<readonly Field[] | undefined>;

/** Reads for a follower of L1 what is not there. */
export function createCommitteeReader({
  layerOf,
  logger = silentLogger,
  ...options
}: {
  readonly layerOf: (layerId: Field) => CommitteeOfLayer | undefined;
  readonly logger?: Logger;
  /** For each member; 10 seconds by default. */
  readonly timeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
}): CommitteeReader {
  return async ({ layerId, epoch, time, stateRoot }) => {
    const known = layerOf(layerId);
    if (known === undefined) return undefined;
    try {
      const { words } = await readCommitteeBlock({
        ...{ ...known, ...options, layerId, time },
        isRight: ({ statement }) => statement.stateRootOut === stateRoot && statement.epoch === epoch,
      });
      return words;
    } catch (error) {
      if (!(error instanceof CommitteeDataError)) throw error;
      logger.warn("A block can't be read from its layer's committee", { time, reason: error.message });
      return undefined;
    }
  };
}
