export { openProver, prepareCircuits, prepareTreeCircuits } from "../../network/src/proving/setUp.ts";
export {
  AGGREGATE_COSTS,
  type RunningNetwork,
  type StartOptions,
  startNetwork,
} from "../../network/src/start/startNetwork.ts";
export { createProgram, main } from "../src/main.ts";
export * from "./config.ts";
