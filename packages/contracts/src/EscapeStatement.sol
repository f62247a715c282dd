// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What an escape proof states.
/// @param root The root of the trunk, which L1 has had.
/// @param layerId The layer.
/// @param flags The flags of its record.
/// @param claimId Names the exit, its arguments and the account: L1 pays each of a layer once.
/// @param recipient The address of L1 that is paid.
/// @param payouts An asset and its amount, packed; 0 if the place is not used. One for each payout of the exit.
/// @param vaults How much of the first payout's asset the layer holds. One for each payout of the exit.
struct EscapeStatement {
    uint256 root;
    uint256 layerId;
    uint256 flags;
    uint256 claimId;
    uint256 recipient;
    uint256[4] payouts;
    uint256[4] vaults;
}

/// @notice The statement as the verifier takes it: one word each, in the order of the circuit.
function escapePublicInputs(EscapeStatement memory statement) pure returns (bytes32[] memory publicInputs) {
    publicInputs = new bytes32[](13);
    publicInputs[0] = bytes32(statement.root);
    publicInputs[1] = bytes32(statement.layerId);
    publicInputs[2] = bytes32(statement.flags);
    publicInputs[3] = bytes32(statement.claimId);
    publicInputs[4] = bytes32(statement.recipient);
    publicInputs[5] = bytes32(statement.payouts[0]);
    publicInputs[6] = bytes32(statement.payouts[1]);
    publicInputs[7] = bytes32(statement.payouts[2]);
    publicInputs[8] = bytes32(statement.payouts[3]);
    publicInputs[9] = bytes32(statement.vaults[0]);
    publicInputs[10] = bytes32(statement.vaults[1]);
    publicInputs[11] = bytes32(statement.vaults[2]);
    publicInputs[12] = bytes32(statement.vaults[3]);
}
