export { arbitraryCall, arbitraryCase, type RandomCall, type RandomCase } from "../src/testing/arbitraryCall.ts";
export { arbitraryProgram, buildRandomApplication } from "../src/testing/arbitraryProgram.ts";
export { createInterpreter } from "../src/testing/createInterpreter.ts";
export { createTestLayer, type TestBlock, type TestCall, type TestLayer } from "../src/testing/createTestLayer.ts";
export { forcedInputs } from "../src/testing/forcedInputs.ts";
export { createTestCircuit, type TestCircuit } from "../src/testing/testCircuit.ts";
