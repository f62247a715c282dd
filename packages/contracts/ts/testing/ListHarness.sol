// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SettlementList} from "./SettlementList.sol";

/// @notice Opens the list's argument to tests.
contract ListHarness {
    function evaluate(uint256[] calldata words, uint256 z) external view returns (uint256 y, uint256 gasUsed) {
        uint256 before = gasleft();
        y = SettlementList.evaluate(words, z);
        gasUsed = before - gasleft();
    }

    function challenge(uint256[] calldata words, uint256 commitment, uint256 epoch, bytes32 versionedHash)
        external
        view
        returns (uint256 z, uint256 gasUsed)
    {
        uint256 before = gasleft();
        z = SettlementList.challenge(words, commitment, epoch, versionedHash);
        gasUsed = before - gasleft();
    }
}
