// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The verifier Barretenberg generates for the settlement circuit
interface IVerifier {
    /// @notice Verifies one UltraHonk proof.
    /// @param proof The proof as `bb` writes it for the EVM, without public inputs.
    /// @param publicInputs One word each, in the order of the circuit.
    /// @return valid True if the proof holds. Generated verifiers revert on most bad proofs instead of returning false.
    function verify(bytes calldata proof, bytes32[] calldata publicInputs) external view returns (bool valid);
}
