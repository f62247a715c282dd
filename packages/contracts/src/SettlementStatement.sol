// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What a settlement proof states, as the verifier takes it: one word each, in the order of the circuit.
/// @param rootIn The root that L1 has.
/// @param rootOut The root that L1 gets.
/// @param window The epoch that settles and the time that it covers, packed.
/// @param commitment c: the hash of the settlement list, padded to its capacity.
/// @param z Where the contract evaluates the list.
/// @param evaluation y: the list's value there.
function settlementPublicInputs(
    uint256 rootIn,
    uint256 rootOut,
    uint256 window,
    uint256 commitment,
    uint256 z,
    uint256 evaluation
) pure returns (bytes32[] memory publicInputs) {
    publicInputs = new bytes32[](6);
    publicInputs[0] = bytes32(rootIn);
    publicInputs[1] = bytes32(rootOut);
    publicInputs[2] = bytes32(window);
    publicInputs[3] = bytes32(commitment);
    publicInputs[4] = bytes32(z);
    publicInputs[5] = bytes32(evaluation);
}
