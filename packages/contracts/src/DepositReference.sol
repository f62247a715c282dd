// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What waits: a deposit, or a forced transaction with its deadline: id (bits 0-63), expiry (bits 64-111).
type DepositReference is uint256;

using {id, expiry} for DepositReference global;

function id(DepositReference deposit) pure returns (uint256) {
    return DepositReference.unwrap(deposit) & type(uint64).max;
}

function expiry(DepositReference deposit) pure returns (uint256) {
    return (DepositReference.unwrap(deposit) >> 64) & type(uint48).max;
}
