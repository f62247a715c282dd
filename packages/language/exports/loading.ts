export { requireSameProgram } from "../src/compareTraces.ts";
export { requireRoom } from "../src/demand/requireRoom.ts";
export { describeThrown } from "../src/describeThrown.ts";
export { type Outline, outlineOf } from "../src/outline.ts";
export { programChanges } from "../src/programChanges.ts";
export { requireInstrumented } from "../src/requireInstrumented.ts";
