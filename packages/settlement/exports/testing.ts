export { ALICE, alice, startTestTree, type TestTree } from "../src/testing/testTree.ts";
