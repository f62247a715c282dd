export { createRandom, type Random } from "../src/simulation/random.ts";
export { ALICE, alice } from "../src/testing/bank.ts";
export { startTestTree, type TestTree } from "../src/testing/testTree.ts";
