// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token anybody can mint, for local networks and tests
contract TestToken is ERC20 {
    constructor(string memory name, string memory symbol) ERC20(name, symbol) {}

    /// @notice Makes new tokens.
    /// @param to Who gets them.
    /// @param amount How many, in units of 10^-18.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
