// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice First word of a list item: direction (bit 0), kind (bits 1-7), asset (bits 8-39), amount (bits 40-167).
type ItemHeader is uint256;

using {direction, kind, asset, amount, isWellFormed} for ItemHeader global;

/// @dev The caller knows that every part is in its range.
function packItemHeader(uint256 direction_, uint256 kind_, uint256 asset_, uint256 amount_) pure returns (uint256) {
    return direction_ | (kind_ << 1) | (asset_ << 8) | (amount_ << 40);
}

function direction(ItemHeader header) pure returns (uint256) {
    return ItemHeader.unwrap(header) & 0x1;
}

function kind(ItemHeader header) pure returns (uint256) {
    return (ItemHeader.unwrap(header) >> 1) & 0x7f;
}

function asset(ItemHeader header) pure returns (uint256) {
    return (ItemHeader.unwrap(header) >> 8) & type(uint32).max;
}

function amount(ItemHeader header) pure returns (uint256) {
    return (ItemHeader.unwrap(header) >> 40) & type(uint128).max;
}

/// @notice Whether nothing stands above the parts.
function isWellFormed(ItemHeader header) pure returns (bool) {
    return ItemHeader.unwrap(header) >> 168 == 0;
}
