// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice epoch (bits 0-31), after (bits 32-79), until (bits 80-127): the epoch covers the time after < time <= until.
/// @dev The caller knows that every part is in its range.
function packEpochWindow(uint256 epoch_, uint256 after_, uint256 until_) pure returns (uint256) {
    return epoch_ | (after_ << 32) | (until_ << 80);
}
