export { createRandom, type Random } from "../src/simulation/random.ts";
export { ALICE, alice, startTestTree, type TestTree } from "../src/testing/testTree.ts";
