// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What an escape pays of an asset: asset (bits 0-31), amount (bits 32-159).
type Payout is uint256;

using {asset, amount} for Payout global;

function asset(Payout payout) pure returns (uint256) {
    return Payout.unwrap(payout) & type(uint32).max;
}

function amount(Payout payout) pure returns (uint256) {
    return (Payout.unwrap(payout) >> 32) & type(uint128).max;
}
