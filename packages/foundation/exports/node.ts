export { createPointPowers, type PowersRange } from "../src/curve/createPointPowers.ts";
export { defaultCacheDirectory } from "../src/node/defaultCacheDirectory.ts";
export { type Lock, lockOwner, takeLock, withLock } from "../src/node/lock.ts";
export { GROUP_BYTES, type GroupHash, permuteGroups } from "../src/node/permuteGroups.ts";
export { loaderOptionsOf, startThread } from "../src/node/startThread.ts";
export { openTracer } from "../src/node/tracing/openTracer.ts";
export {
  makeAtomically,
  type WriteOptions,
  writeAtomically,
  writeAtomicallySync,
} from "../src/node/writeAtomically.ts";
