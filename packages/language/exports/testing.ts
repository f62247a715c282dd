export { lockers } from "../src/fixtures/lockers.ts";
export { forcedExitInputs } from "../src/noir/exitInputs.ts";
export { arbitraryCall, arbitraryCase, type RandomCall, type RandomCase } from "../src/testing/arbitraryCall.ts";
export { arbitraryProgram, buildRandomApplication } from "../src/testing/arbitraryProgram.ts";
export { createInterpreter } from "../src/testing/createInterpreter.ts";
export { createTestLayer, type TestBlock, type TestCall, type TestLayer } from "../src/testing/createTestLayer.ts";
export { exitState } from "../src/testing/exitState.ts";
export { createTestCircuit, type TestCircuit } from "../src/testing/testCircuit.ts";
