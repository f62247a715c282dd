export { findDeploymentBlock } from "../src/follower/findDeploymentBlock.ts";
export { type FollowOptions, type OpenFollower, openFollower } from "../src/follower/openFollower.ts";
export { type RecoveredLayer, type RecoverOptions, recoverLayer } from "../src/follower/recoverLayer.ts";
