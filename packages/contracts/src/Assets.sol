// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Constants} from "./Constants.sol";

/// @title The assets layers can hold, numbered in the order they were registered
/// @notice 0 is no asset, 1 is ether, 2 and above are ERC-20 tokens. The deployment registers some; anybody may
/// register another for a price. An asset is worth what its token is worth, and a token that misbehaves can hurt only
/// those who hold it.
abstract contract Assets {
    using SafeERC20 for IERC20;

    /// @notice What the registration of a token costs at first, in wei.
    uint256 public constant FIRST_REGISTRATION_PRICE = 0.001 ether;

    /// @notice After so many registrations the price doubles. There are 65,534 numbers for tokens: the last ones cost
    /// 32 ether each, and all of them together 268,000.
    uint256 public constant REGISTRATIONS_PER_DOUBLING = 4_096;

    /// @dev A layer's vault has no place for a greater id.
    uint256 private constant MAXIMUM_ASSET = 4 ** Constants.VAULT_DEPTH - 1;

    /// @notice The greatest asset id given so far.
    uint256 public lastAsset = Constants.ASSET_ETHER;

    /// @notice The token of an asset id; the zero address for none and for ether.
    mapping(uint256 asset => address token) public tokenOf;

    /// @notice The asset id of a token; 0 if nobody has registered it.
    mapping(address token => uint256 asset) public assetOf;

    /// @notice How much of an asset was deposited and not claimed yet: what all vaults, waiting deposits and credits
    /// add up to.
    mapping(uint256 asset => uint256 amount) public held;

    event AssetRegistered(uint256 indexed asset, address indexed token);

    error AssetIdsExhausted(uint256 maximum);
    error RegistrationPriceMismatch(uint256 expected, uint256 actual);
    error TokenAlreadyRegistered(address token, uint256 asset);
    error TokenNotRegistered(address token);
    error TokenHasNoCode(address token);
    error TokenShrank(address token, uint256 held, uint256 balance);
    error HoldingTooLarge(uint256 asset, uint256 maximum, uint256 actual);
    error EtherNotAccepted(address recipient, uint256 amount);

    /// @notice What the next registration of a token costs, in wei. It is paid to nobody and stays here for ever:
    /// whoever received it could register tokens for nothing until no number is left.
    function registrationPrice() public view returns (uint256) {
        return FIRST_REGISTRATION_PRICE << (lastAsset / REGISTRATIONS_PER_DOUBLING);
    }

    /// @notice Gives a token its number, for exactly `registrationPrice()`.
    /// @param token The token.
    /// @return asset Its number.
    function registerToken(address token) external payable returns (uint256 asset) {
        uint256 price = registrationPrice();
        if (msg.value != price) revert RegistrationPriceMismatch(price, msg.value);
        return _registerToken(token);
    }

    function _registerToken(address token) internal returns (uint256 asset) {
        asset = assetOf[token];
        if (asset != Constants.ASSET_NONE) revert TokenAlreadyRegistered(token, asset);
        if (token.code.length == 0) revert TokenHasNoCode(token);
        asset = lastAsset + 1;
        if (asset > MAXIMUM_ASSET) revert AssetIdsExhausted(MAXIMUM_ASSET);
        lastAsset = asset;
        assetOf[token] = asset;
        tokenOf[asset] = token;
        emit AssetRegistered(asset, token);
    }

    /// @dev Takes tokens from the caller and returns what really arrived, which is less than asked for if the token
    /// takes a fee. While there is less of a token than is owed, a deposit would pay for what others have lost.
    function _pull(address token, uint256 asset, uint256 amount) internal returns (uint256 received) {
        uint256 balance = _balanceOf(token);
        uint256 owed = held[asset];
        if (balance < owed) revert TokenShrank(token, owed, balance);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        received = _balanceOf(token) - balance;
    }

    /// @dev Enters a deposit in the books. No vault can then exceed the 2^128 the circuits allow, whatever a token says
    /// of its balances.
    function _hold(uint256 asset, uint256 amount) internal {
        uint256 before = held[asset];
        uint256 maximum = type(uint128).max;
        if (amount > maximum - before) revert HoldingTooLarge(asset, maximum - before, amount);
        held[asset] = before + amount;
    }

    /// @dev What an amount owed is worth. If there is less of a token than is owed of it, because its balances shrink
    /// by themselves, everybody gets the same part of what is there. The product cannot overflow: what is owed is below
    /// 2^128, and so is a balance below it.
    function _worthOf(uint256 asset, uint256 amount) internal view returns (uint256) {
        if (asset == Constants.ASSET_ETHER) return amount;
        uint256 balance = _balanceOf(tokenOf[asset]);
        uint256 owed = held[asset];
        return balance < owed ? amount * balance / owed : amount;
    }

    /// @dev Takes `amount` off the books and pays `worth` for it, or reverts. The caller has taken the amount from the
    /// owner's credit already.
    function _release(uint256 asset, uint256 amount, address recipient, uint256 worth) internal {
        held[asset] -= amount;
        if (asset == Constants.ASSET_ETHER) {
            bool accepted;
            // What the recipient returns is not copied: that would be paid by a stranger who claims for it.
            assembly ("memory-safe") {
                accepted := call(gas(), recipient, worth, 0, 0, 0, 0)
            }
            if (!accepted) revert EtherNotAccepted(recipient, worth);
        } else {
            IERC20(tokenOf[asset]).safeTransfer(recipient, worth);
        }
    }

    function _balanceOf(address token) private view returns (uint256) {
        if (token.code.length == 0) revert TokenHasNoCode(token);
        return IERC20(token).balanceOf(address(this));
    }
}
