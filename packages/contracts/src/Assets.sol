// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Constants} from "./Constants.sol";

/// @title The assets layers can hold, numbered in the order they arrived
/// @notice 0 is no asset, 1 is ether, 2 and above are ERC-20 tokens. Anybody may register a token, by depositing it: an
/// asset is worth what its token is worth, and a token that misbehaves can hurt only those who hold it.
abstract contract Assets {
    using SafeERC20 for IERC20;

    /// @dev A layer's vault has no place for a greater id.
    uint256 private constant MAXIMUM_ASSET = 4 ** Constants.VAULT_DEPTH - 1;

    /// @notice The greatest asset id given so far.
    uint256 public lastAsset = Constants.ASSET_ETHER;

    /// @notice The token of an asset id; the zero address for none and for ether.
    mapping(uint256 asset => address token) public tokenOf;

    /// @notice The asset id of a token; 0 if it was never deposited.
    mapping(address token => uint256 asset) public assetOf;

    /// @notice How much of an asset was deposited and not claimed yet: what all vaults, waiting deposits and credits
    /// add up to.
    mapping(uint256 asset => uint256 amount) public held;

    event AssetRegistered(uint256 indexed asset, address indexed token);

    error AssetIdsExhausted(uint256 maximum);
    error HoldingTooLarge(uint256 asset, uint256 maximum, uint256 actual);
    error TokenHasNoCode(address token);
    error EtherNotAccepted(address recipient, uint256 amount);

    /// @dev Gives a token its number, if it has none.
    function _register(address token) internal returns (uint256 asset) {
        asset = assetOf[token];
        if (asset != Constants.ASSET_NONE) return asset;
        if (token.code.length == 0) revert TokenHasNoCode(token);
        asset = lastAsset + 1;
        if (asset > MAXIMUM_ASSET) revert AssetIdsExhausted(MAXIMUM_ASSET);
        lastAsset = asset;
        assetOf[token] = asset;
        tokenOf[asset] = token;
        emit AssetRegistered(asset, token);
    }

    /// @dev Takes tokens from the caller and returns what really arrived, which is less than asked for if the token
    /// takes a fee.
    function _pull(address token, uint256 amount) internal returns (uint256 received) {
        uint256 held = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        received = IERC20(token).balanceOf(address(this)) - held;
    }

    /// @dev Enters a deposit in the books. No vault can then exceed the 2^128 the circuits allow, whatever a token says
    /// of its balances.
    function _hold(uint256 asset, uint256 amount) internal {
        uint256 before = held[asset];
        uint256 maximum = type(uint128).max;
        if (amount > maximum - before) revert HoldingTooLarge(asset, maximum - before, amount);
        held[asset] = before + amount;
    }

    /// @dev Pays out, or reverts. The caller has taken the amount from the recipient's credit already.
    function _release(uint256 asset, address recipient, uint256 amount) internal {
        held[asset] -= amount;
        if (asset == Constants.ASSET_ETHER) {
            (bool accepted,) = recipient.call{value: amount}("");
            if (!accepted) revert EtherNotAccepted(recipient, amount);
        } else {
            IERC20(tokenOf[asset]).safeTransfer(recipient, amount);
        }
    }
}
