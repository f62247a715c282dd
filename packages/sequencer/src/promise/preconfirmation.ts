export { type Preconfirmation, type Promised, signPreconfirmations, verifyPreconfirmation } from "@frond/protocol";
