export { recordingTracer } from "../src/testing/recordingTracer.ts";
