// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title The assets layers can hold, numbered in the order they arrived
/// @notice 0 is no asset, 1 is ether, 2 and above are ERC-20 tokens. Anybody may register a token, by depositing it: an asset is
/// worth what its token is worth, and a token that misbehaves can hurt only those who hold it.
abstract contract Assets {
    using SafeERC20 for IERC20;

    uint256 internal constant NO_ASSET = 0;
    uint256 internal constant ETHER = 1;

    /// @notice The greatest asset id given so far.
    uint256 public lastAsset = ETHER;

    /// @notice The token of an asset id; the zero address for none and for ether.
    mapping(uint256 asset => address token) public tokenOf;

    /// @notice The asset id of a token; 0 if it was never deposited.
    mapping(address token => uint256 asset) public assetOf;

    event AssetRegistered(uint256 indexed asset, address indexed token);

    error AssetIdsExhausted(uint256 maximum);
    error TokenHasNoCode(address token);
    error EtherNotAccepted(address recipient, uint256 amount);

    /// @dev Gives a token its number, if it has none.
    function _register(address token) internal returns (uint256 asset) {
        asset = assetOf[token];
        if (asset != NO_ASSET) return asset;
        if (token.code.length == 0) revert TokenHasNoCode(token);
        asset = lastAsset + 1;
        if (asset > type(uint32).max) revert AssetIdsExhausted(type(uint32).max);
        lastAsset = asset;
        assetOf[token] = asset;
        tokenOf[asset] = token;
        emit AssetRegistered(asset, token);
    }

    /// @dev Takes tokens from the caller and returns what really arrived, which is less than asked for if the token takes a fee.
    function _pull(address token, uint256 amount) internal returns (uint256 received) {
        uint256 held = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        received = IERC20(token).balanceOf(address(this)) - held;
    }

    /// @dev Pays out, or reverts. The caller has changed its books already.
    function _push(uint256 asset, address recipient, uint256 amount) internal {
        if (asset == ETHER) {
            (bool accepted,) = recipient.call{value: amount}("");
            if (!accepted) revert EtherNotAccepted(recipient, amount);
        } else {
            IERC20(tokenOf[asset]).safeTransfer(recipient, amount);
        }
    }
}
