// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DepositReference} from "./DepositReference.sol";

/// @title What waits here for a layer: deposits and forced transactions
/// @notice keccak256 of the four list words and the time in the reference, by id; zero once it is gone.
library Waiting {
    function add(mapping(uint256 => bytes32) storage waiting, uint256 id, uint256[4] memory item, uint256 time)
        internal
    {
        waiting[id] = keccak256(abi.encode(item, time));
    }

    /// @dev Whether the item waits under the reference.
    function has(mapping(uint256 => bytes32) storage waiting, DepositReference used, uint256[] calldata item)
        internal
        view
        returns (bool)
    {
        return waiting[used.id()] == keccak256(abi.encodePacked(item, used.expiry()));
    }
}
