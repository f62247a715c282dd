// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What an epoch publishes, in the first blob of its transaction.
/// @param low The low 128 bits of the value of the blob's polynomial at the challenge.
/// @param high The bits above them.
/// @param kzgCommitment The commitment to the polynomial; empty if the epoch publishes nothing.
/// @param kzgProof The proof that it has the value there.
struct Data {
    uint256 low;
    uint256 high;
    bytes kzgCommitment;
    bytes kzgProof;
}

/// @title The check that the blob of a transaction has the data that was proven
/// @notice docs/protocol.md 9.
library DataBlob {
    address private constant POINT_EVALUATION = address(0x0a);
    uint256 private constant POINT_EVALUATION_RESULT_BYTES = 64;

    error BlobUnexpected(bytes32 versionedHash);
    error BlobMissing();
    error DataWithoutBlob(uint256 low, uint256 high);
    error DataLimbTooLarge(uint256 low, uint256 high);
    error BlobRefused(bytes32 versionedHash);

    /// @notice The hash of the blob; zero if the epoch publishes nothing. A blob that the epoch does not speak of is
    /// refused, and so is data without a blob.
    function versionedHashOf(Data calldata data) internal view returns (bytes32 versionedHash) {
        versionedHash = blobhash(0);
        if (data.low >> 128 != 0 || data.high >> 128 != 0) revert DataLimbTooLarge(data.low, data.high);
        if (data.kzgCommitment.length > 0) {
            if (versionedHash == 0) revert BlobMissing();
        } else {
            if (versionedHash != 0) revert BlobUnexpected(versionedHash);
            if (data.low != 0 || data.high != 0) revert DataWithoutBlob(data.low, data.high);
        }
    }

    /// @notice Reverts unless the polynomial of the blob has the value of `data` at `z`. The precompile compares the
    /// commitment with the hash.
    function requireValue(Data calldata data, bytes32 versionedHash, uint256 z) internal view {
        if (versionedHash == 0) return;
        uint256 y = (data.high << 128) | data.low;
        (bool isRight, bytes memory result) =
            POINT_EVALUATION.staticcall(abi.encodePacked(versionedHash, z, y, data.kzgCommitment, data.kzgProof));
        // A chain without the precompile has no code there: the call succeeds, and returns nothing.
        if (!isRight || result.length != POINT_EVALUATION_RESULT_BYTES) revert BlobRefused(versionedHash);
    }
}
