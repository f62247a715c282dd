import { publicKeyOf } from "@frond/foundation";
import {
  type BlockStatement,
  chainChunks,
  committeeRoot,
  createLayerConfig,
  DataAvailability,
  dataHashOf,
  layerIdOfConfig,
  signBlock,
} from "@frond/protocol";
import type { CommitteeFile } from "../member/memberLayer.ts";
import type { CommitteeBlock } from "../types.ts";

/** What tests need of a layer with a committee. */
export type TestCommittee = CommitteeFile & {
  readonly layerId: bigint;
  readonly secrets: readonly bigint[];
  /** A block as its sequencer signs it. */
  block(time: number, change?: BlockChange): CommitteeBlock;
};

export type BlockChange = {
  readonly words?: readonly bigint[];
  readonly publicHash?: bigint;
  readonly statement?: Partial<BlockStatement>;
  readonly sequencerSecret?: bigint;
};

const SEQUENCER_SECRET = 77n;

/** A committee of `members` for the layer of an index, which has no parent. */
export function testCommittee(members: number, threshold: number, index = 1n): TestCommittee {
  const secrets = Array.from({ length: members }, (_, i) => 1_000n + BigInt(i));
  const keys = secrets.map(publicKeyOf);
  const config = createLayerConfig({
    parentId: 0n,
    index,
    blockKeysRoot: 1n,
    sequencerKey: publicKeyOf(SEQUENCER_SECRET),
    genesisStateRoot: 2n,
    dataAvailability: DataAvailability.validium,
    committeeRoot: committeeRoot(keys),
    committeeThreshold: threshold,
  });
  const layerId = layerIdOfConfig(config);
  return {
    config,
    committee: { members: keys.map((publicKey) => ({ url: "", publicKey })), threshold },
    layerId,
    secrets,
    block(
      time,
      { words = wordsAt(time), publicHash = 0n, statement: change, sequencerSecret = SEQUENCER_SECRET } = {},
    ) {
      const statement: BlockStatement = {
        layerId,
        stateRootIn: BigInt(time),
        stateRootOut: BigInt(time + 1),
        time,
        epoch: 1,
        messagesHash: 0n,
        dataHash: dataHashOf(publicHash, chainChunks(0n, words)),
        ...change,
      };
      return { statement, signature: signBlock(statement, sequencerSecret).signature, publicHash, words };
    },
  };
}

/** Different for each time. */
function wordsAt(time: number): bigint[] {
  return Array.from({ length: 3 + (time % 7) }, (_, i) => BigInt(time) ** 20n + BigInt(i));
}
