export { ASSET_ETHER as ETHER, type Message, MessageKind } from "@frond/protocol";
export { default as fc } from "fast-check";
export { accounts } from "../src/accounts.ts";
export { argumentsOf, callsOf } from "../src/callsOf.ts";
export { createWorld, type WorldOptions } from "../src/createWorld.ts";
export * from "../src/errors.ts";
export { expectFailure } from "../src/expectFailure.ts";
export type {
  Attempt,
  CallOf,
  Delivery,
  Duration,
  EventOf,
  Executed,
  Leg,
  Snapshot,
  World,
  WorldLayer,
} from "../src/types.ts";
