// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";

/// @title The list of messages between L1 and the layers in one epoch, and the argument that the circuit used the same
/// one
/// @notice docs/protocol.md 7. The circuit commits to its list with Poseidon2 (`commitment`); the contract derives a
/// point z from that commitment and from the list in calldata, and both evaluate the list as a polynomial at z. Two
/// different lists agree at a point neither could choose with probability below 2^-237 (Schwartz-Zippel).
library SettlementList {
    uint256 private constant MAXIMUM_WORDS = Constants.LIST_CAPACITY * Constants.WORDS_PER_ITEM;

    error ListLengthInvalid(uint256 maximum, uint256 actual);
    error WordNotInField(uint256 index, uint256 word);
    error ItemMalformed(uint256 item, uint256 header);

    /// @notice The point at which the list and the data are evaluated. It has 248 bits, so that it is the same number
    /// in the field of the list and in that of the blob.
    /// @param words The list in calldata, without padding.
    /// @param commitment Poseidon2 of the list and the data that the circuit used, padded to capacity.
    /// @param epoch The epoch being settled.
    /// @param versionedHash Names the blob with the data; zero if there is none.
    function challenge(uint256[] calldata words, uint256 commitment, uint256 epoch, bytes32 versionedHash)
        internal
        view
        returns (uint256)
    {
        bytes32 listHash = keccak256(abi.encodePacked(words));
        return uint256(keccak256(abi.encode(commitment, listHash, epoch, address(this), versionedHash))) >> 8;
    }

    /// @notice Evaluates sum(words[i] * z^i) in the field, and checks the list's length and that every word is in the
    /// field.
    function evaluate(uint256[] calldata words, uint256 z) internal pure returns (uint256 y) {
        if (words.length % Constants.WORDS_PER_ITEM != 0 || words.length > MAXIMUM_WORDS) {
            revert ListLengthInvalid(MAXIMUM_WORDS, words.length);
        }
        uint256 p = Constants.FIELD_MODULUS;
        bool inField = true;
        // Horner's rule from the last word to the first, one item a turn. Assembly saves the bounds check of each
        // access: `words.length` is a multiple of four, so `cursor` walks exactly the words of this array. A product is
        // below p and so is a word (or all of this reverts below), so their sum needs no reduction: it stays below
        // 2^255 and `mulmod` takes it as it is.
        assembly ("memory-safe") {
            let cursor := add(words.offset, shl(5, words.length))
            for {} gt(cursor, words.offset) {} {
                cursor := sub(cursor, 128)
                let a := calldataload(cursor)
                let b := calldataload(add(cursor, 32))
                let c := calldataload(add(cursor, 64))
                let d := calldataload(add(cursor, 96))
                y := add(mulmod(y, z, p), d)
                y := add(mulmod(y, z, p), c)
                y := add(mulmod(y, z, p), b)
                y := add(mulmod(y, z, p), a)
                inField := and(inField, and(and(lt(a, p), lt(b, p)), and(lt(c, p), lt(d, p))))
            }
            y := mod(y, p)
        }
        if (!inField) revertWithWordOutsideField(words);
    }

    function revertWithWordOutsideField(uint256[] calldata words) private pure {
        for (uint256 i = 0; i < words.length; i++) {
            if (words[i] >= Constants.FIELD_MODULUS) revert WordNotInField(i, words[i]);
        }
    }
}
