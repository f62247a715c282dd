// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {Durations, requireInRange} from "./Durations.sol";

/// @title How far the tree has settled, and its end
/// @notice docs/protocol.md 7, 8. If the settled time stands still for long, anybody may retire the deployment: the
/// last root stays, and every layer counts as frozen, so that everybody can leave.
abstract contract Epochs {
    /// @notice How far the end of an epoch may be ahead of this chain's clock: a block of L1 carries the time at which
    /// it was due, so an honest proposer's clock is up to 12 seconds ahead of it.
    uint256 public constant TOLERANCE_MILLISECONDS = 15_000;

    /// @notice For how long after an epoch settled only the proposer may settle the next one.
    uint64 public immutable exclusiveSeconds;

    /// @notice How long a layer has for a forced transaction.
    uint64 public immutable forcedSeconds;

    /// @notice A freeze that was demanded so long before the end of an epoch has to be in the epoch's list.
    uint64 public immutable freezeGraceSeconds;

    /// @notice How long an upgrade is announced before an epoch may list it.
    uint64 public immutable upgradeSeconds;

    /// @notice How far the settled time may fall behind before the deployment may be retired.
    uint64 public immutable retireSeconds;

    /// @notice When the deployment was made, in seconds since 1970.
    uint64 public immutable begunAt;

    /// @notice The epoch that settles next.
    uint64 public epoch = uint64(Constants.FIRST_EPOCH);

    /// @notice `block.timestamp` of the last settlement, or of the deployment before the first one.
    uint64 public settledAt;

    /// @notice The end of the time that the settled epochs cover, in milliseconds since 1970; 0 before the first one.
    /// The next epoch covers the time after it.
    uint64 public settledUntil;

    /// @notice True once no epoch can settle any more.
    bool public retired;

    /// @notice `layerRoot` of the trunk, and through it of every layer.
    uint256 public root;

    /// @notice Every root that the tree has had here.
    mapping(uint256 root => bool isKnown) public rootKnown;

    event Retired(uint256 indexed epoch, uint256 root);

    error NotInField(uint256 modulus, uint256 actual);
    error AlreadyRetired();
    error NotYetRetirable(uint256 from, uint256 actual);

    constructor(uint256 genesisRoot, Durations memory durations, bool isLocal) {
        requireInRange(durations, isLocal, TOLERANCE_MILLISECONDS / 1_000);
        _requireInField(genesisRoot);
        exclusiveSeconds = durations.exclusiveSeconds;
        forcedSeconds = durations.forcedSeconds;
        freezeGraceSeconds = durations.freezeGraceSeconds;
        upgradeSeconds = durations.upgradeSeconds;
        retireSeconds = durations.retireSeconds;
        root = genesisRoot;
        rootKnown[genesisRoot] = true;
        begunAt = uint64(block.timestamp);
        settledAt = begunAt;
    }

    /// @notice From when on the deployment may be retired, in seconds since 1970. Epochs that settle no time do not
    /// put it off, since deadlines come by the settled time.
    function retirableFrom() public view returns (uint256) {
        uint64 settled = settledUntil / 1_000;
        return uint256(settled > begunAt ? settled : begunAt) + retireSeconds;
    }

    /// @notice Ends the deployment for ever, if no epoch has settled the time of the last `retireSeconds`. Anybody may
    /// call it.
    function retire() external {
        _requireNotRetired();
        uint256 from = retirableFrom();
        if (block.timestamp < from) revert NotYetRetirable(from, block.timestamp);
        retired = true;
        emit Retired(epoch, root);
    }

    /// @dev Moves on to the next epoch. The caller knows that `until` has no more than 48 bits.
    function _advance(uint256 rootOut, uint256 until) internal {
        root = rootOut;
        rootKnown[rootOut] = true;
        epoch += 1;
        settledUntil = uint64(until);
        settledAt = uint64(block.timestamp);
    }

    function _requireNotRetired() internal view {
        if (retired) revert AlreadyRetired();
    }

    /// @dev The last end that an epoch may have now, in milliseconds.
    function _latestUntil() internal view returns (uint256) {
        return block.timestamp * 1_000 + TOLERANCE_MILLISECONDS;
    }

    function _requireInField(uint256 value) internal pure {
        if (value >= Constants.FIELD_MODULUS) revert NotInField(Constants.FIELD_MODULUS, value);
    }
}
