// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice How long things take on this deployment, in seconds. Nothing can change them.
/// @param exclusiveSeconds For how long after an epoch settled only the proposer may settle the next one.
/// @param forcedSeconds How long a layer has for a forced transaction.
/// @param freezeGraceSeconds How long before the end of an epoch a freeze was demanded that the epoch has to list.
/// @param upgradeSeconds How long an upgrade is announced before an epoch may list it.
/// @param retireSeconds How far the settled time may fall behind before the deployment may be retired.
struct Durations {
    uint64 exclusiveSeconds;
    uint64 forcedSeconds;
    uint64 freezeGraceSeconds;
    uint64 upgradeSeconds;
    uint64 retireSeconds;
}

error DurationOutOfRange(uint256 minimum, uint256 maximum, uint256 actual);

/// @dev A prover may be ahead of this chain's clock by the tolerance, so nothing that ends with a duration may be
/// shorter: on a local chain that is the only lower bound, so that tests need not wait. The exclusive time is at most
/// half of the shortest `retireSeconds`, so that a silent proposer ends nothing before others could settle.
function requireInRange(Durations memory durations, bool isLocal, uint256 toleranceSeconds) pure {
    uint256 shortest = toleranceSeconds + 1;
    requireWithin(0, 12 hours, durations.exclusiveSeconds);
    requireWithin(isLocal ? shortest : 1 hours, 30 days, durations.forcedSeconds);
    requireWithin(isLocal ? shortest : 10 minutes, 1 days, durations.freezeGraceSeconds);
    requireWithin(isLocal ? shortest : 1 days, 365 days, durations.retireSeconds);
    requireWithin(isLocal ? shortest : shortestNotice(durations), 365 days, durations.upgradeSeconds);
}

/// @dev Whoever forces a transaction when an upgrade is announced, and is ignored, has the layer frozen or the
/// deployment retired before an epoch may list the upgrade: else an owner could announce keys that let nobody leave.
/// Deadlines come by the settled time, which a proposer who helps the owner lets fall behind by up to `retireSeconds`.
function shortestNotice(Durations memory durations) pure returns (uint256) {
    return uint256(durations.forcedSeconds) + durations.freezeGraceSeconds + durations.retireSeconds + 1;
}

function requireWithin(uint256 minimum, uint256 maximum, uint256 actual) pure {
    if (actual < minimum || actual > maximum) revert DurationOutOfRange(minimum, maximum, actual);
}
