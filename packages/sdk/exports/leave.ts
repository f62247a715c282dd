// Leaving a frozen layer: apart from the client, for it is rarely needed.
export { type SignedExit, toJson } from "@frond/protocol";
export * from "../src/leave/errors.ts";
export {
  checkProvenExit,
  type ExitToSign,
  type Left,
  leaveLayer,
  type ProveExit,
  type ProvenExit,
  signEscape,
  submitProvenExit,
  type WarnOfShortVault,
} from "../src/leave/leaveLayer.ts";
export { readExits, readProvenExit, readSignedExit } from "../src/leave/readFiles.ts";
export { type Leaving, readLeaving } from "../src/leave/readLeaving.ts";
export type { ProvenPayout } from "../src/leave/readProvenPayouts.ts";
