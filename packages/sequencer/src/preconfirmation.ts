export { type Promised, signPreconfirmations, verifyPreconfirmation } from "@frond/protocol";
