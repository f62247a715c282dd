import { blockDataHash } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";

type Data = Pick<BlockRecord, "dataHash" | "publicWords" | "committeeHash" | "committeeSignatures">;

/** The data of a block that publishes one word. */
export const SOME_DATA: Data = {
  dataHash: blockDataHash({ publicWords: [1n], committeeWords: [] }),
  publicWords: [1n],
  committeeHash: 0n,
  committeeSignatures: [],
};
