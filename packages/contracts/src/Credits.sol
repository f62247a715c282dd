// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Assets} from "./Assets.sol";
import {Constants} from "./Constants.sol";
import {ItemHeader} from "./ItemHeader.sol";

/// @title What each address may claim
/// @notice A payment is a transaction of its own, never a part of a settlement: a token or a recipient that reverts,
/// burns gas or calls back can stop its own payment only.
abstract contract Credits is Assets, ReentrancyGuardTransient {
    /// @notice What an address may claim of an asset.
    mapping(address owner => mapping(uint256 asset => uint256 amount)) public credits;

    event CreditClaimed(
        address indexed owner,
        uint256 indexed asset,
        address recipient,
        uint256 amount,
        uint256 paid
    );

    error NothingToClaim(address owner, uint256 asset);
    error PaidTooLittle(uint256 minimum, uint256 paid);
    error AddressInvalid(address actual);

    /// @notice Pays from the caller's credit, to any address: owners that cannot receive an asset name another.
    /// @param asset The asset's id.
    /// @param amount How much of the credit to use at most; the rest stays.
    /// @param recipient Who is paid.
    /// @param minimum What has to be paid at least. It differs from the amount only if there is less of the token than
    /// is owed, when everybody gets the same part: what is accepted here is final.
    /// @return paid What was paid.
    function claim(uint256 asset, uint256 amount, address recipient, uint256 minimum)
        external
        nonReentrant
        returns (uint256 paid)
    {
        (, paid) = _claim(msg.sender, asset, amount, recipient);
        if (paid < minimum) revert PaidTooLittle(minimum, paid);
    }

    /// @notice Pays from an owner's credit to this owner. Anybody may call it, but only the owner may accept less than
    /// the amount.
    /// @param owner Whose credit is used, and who is paid.
    /// @param asset The asset's id.
    /// @param amount How much of the credit to use at most; the rest stays.
    /// @return paid What was paid.
    function claimFor(address owner, uint256 asset, uint256 amount) external nonReentrant returns (uint256 paid) {
        uint256 used;
        (used, paid) = _claim(owner, asset, amount, owner);
        if (paid < used) revert PaidTooLittle(used, paid);
    }

    /// @dev Never reverts: any layer may send any message to L1, and none may keep an epoch from settling.
    function _credit(ItemHeader header, uint256 recipient, uint256 knownAssets) internal {
        _creditAmount(address(uint160(recipient)), header.asset(), header.amount(), knownAssets);
    }

    /// @dev Vault accounting in the circuit gives no layer an asset that was not deposited, so an unknown asset cannot
    /// occur; if it did, it would be worth nothing.
    function _creditAmount(address owner, uint256 asset, uint256 amount, uint256 knownAssets) internal {
        if (asset == Constants.ASSET_NONE || asset > knownAssets || amount == 0) return;
        credits[owner][asset] += amount;
    }

    /// @dev An address that anything sent to would be lost.
    function _requireUsable(address account) internal view {
        if (account == address(0) || account == address(this)) revert AddressInvalid(account);
    }

    /// @dev Uses at most the credit there is, so that nobody can make a claim of an owner fail by claiming a little for
    /// it before.
    function _claim(address owner, uint256 asset, uint256 amount, address recipient)
        private
        returns (uint256 used, uint256 paid)
    {
        _requireUsable(recipient);
        uint256 credit = credits[owner][asset];
        used = amount < credit ? amount : credit;
        if (used == 0) revert NothingToClaim(owner, asset);
        paid = _worthOf(asset, used);
        if (paid == 0) revert PaidTooLittle(1, paid);
        credits[owner][asset] = credit - used;
        emit CreditClaimed(owner, asset, recipient, used, paid);
        _release(asset, used, recipient, paid);
    }
}
