export { requireSameProgram } from "../src/compareTraces.ts";
export { describeThrown } from "../src/describeThrown.ts";
export { requireInstrumented } from "../src/requireInstrumented.ts";
