export { followerOf } from "../src/testing/followerOf.ts";
export { type FullEpochs, fullEpochs } from "../src/testing/fullEpochs.ts";
export { BLOCK_KEYS } from "../src/testing/randomHistory.ts";
export { type SettledHistory, settledHistory } from "../src/testing/settledHistory.ts";
export { wordsToBlob } from "../src/testing/wordsToBlob.ts";
