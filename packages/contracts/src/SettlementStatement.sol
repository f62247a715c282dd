// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What a settlement proof states.
/// @param rootIn The root that L1 has.
/// @param rootOut The root that L1 gets.
/// @param window The epoch that settles and the time that it covers, packed.
/// @param commitment c: the hash of the settlement list and the digests of the segments, both padded to their capacity.
/// @param z Where the contract evaluates the list and the data.
/// @param evaluation y: the list's value there.
/// @param dataLow The low 128 bits of the value there of the polynomial with the data's words.
/// @param dataHigh The bits above them.
struct SettlementStatement {
    uint256 rootIn;
    uint256 rootOut;
    uint256 window;
    uint256 commitment;
    uint256 z;
    uint256 evaluation;
    uint256 dataLow;
    uint256 dataHigh;
}

/// @notice The statement as the verifier takes it: one word each, in the order of the circuit.
function settlementPublicInputs(SettlementStatement memory statement) pure returns (bytes32[] memory publicInputs) {
    publicInputs = new bytes32[](8);
    publicInputs[0] = bytes32(statement.rootIn);
    publicInputs[1] = bytes32(statement.rootOut);
    publicInputs[2] = bytes32(statement.window);
    publicInputs[3] = bytes32(statement.commitment);
    publicInputs[4] = bytes32(statement.z);
    publicInputs[5] = bytes32(statement.evaluation);
    publicInputs[6] = bytes32(statement.dataLow);
    publicInputs[7] = bytes32(statement.dataHigh);
}
