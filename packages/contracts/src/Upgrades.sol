// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {packItemHeader} from "./ItemHeader.sol";
import {Layers} from "./Layers.sol";
import {Poseidon2} from "./Poseidon2.sol";

/// @title Announcements of other configurations for layers
/// @notice docs/protocol.md 8. An epoch may list an upgrade that was announced for `upgradeSeconds`. Anybody announces
/// anything: the circuit takes an upgrade only from the owner that the layer's present configuration names, and none of
/// a frozen layer. An announcement is over after as long again, so that none waits until nobody thinks of it any more.
/// Whether it is over depends on the beginning of an epoch alone, as a cancellation does: neither voids an epoch that
/// is proven. An epoch upgrades a layer once at most: the data says which configurations an epoch brought, and
/// not in which order.
abstract contract Upgrades is Layers {
    /// @param configHash The hash of the next configuration.
    /// @param usableFrom The first end of an epoch that may list it, in milliseconds since 1970; 0 if nothing is
    /// announced.
    /// @param usableBefore The first beginning of an epoch that may not list it any more: `upgradeSeconds` after
    /// `usableFrom`, or earlier if it is cancelled.
    struct Upgrade {
        uint256 configHash;
        uint64 usableFrom;
        uint64 usableBefore;
    }

    /// @notice What an address has announced for a layer.
    mapping(uint256 layer => mapping(address announcer => Upgrade)) public upgrades;

    event UpgradeAnnounced(
        uint256 indexed layer,
        address indexed announcer,
        uint256 configHash,
        uint256 usableFrom,
        uint256 usableBefore,
        uint256[] config
    );
    event UpgradeCancelled(uint256 indexed layer, address indexed announcer, uint256 usableBefore);
    event LayerUpgraded(uint256 indexed layer, address indexed announcer, uint256 configHash, uint256 epoch);

    error ConfigLengthInvalid(uint256 expected, uint256 actual);
    error UpgradedTwice(uint256 layer, uint256 epoch);
    error UpgradePending(uint256 layer, address announcer);
    error UpgradeMissing(uint256 layer, address announcer);
    error UpgradeTooEarly(uint256 layer, uint256 usableFrom, uint256 until);
    error UpgradeOver(uint256 layer, uint256 usableBefore, uint256 settledUntil);

    /// @notice Announces another configuration for a layer, in place of none or of one that no epoch can list any more.
    /// @param layer The layer.
    /// @param config The configuration's fields, in the order of its hash.
    function announceUpgrade(uint256 layer, uint256[] calldata config) external {
        _requireOpen(layer);
        if (config.length != Constants.LAYER_CONFIG_FIELDS) {
            revert ConfigLengthInvalid(Constants.LAYER_CONFIG_FIELDS, config.length);
        }
        for (uint256 i = 0; i < config.length; i++) _requireInField(config[i]);
        Upgrade storage upgrade = upgrades[layer][msg.sender];
        if (!_isOver(upgrade)) revert UpgradePending(layer, msg.sender);
        uint256 configHash = Poseidon2.hash(config);
        uint64 usableFrom = uint64((block.timestamp + upgradeSeconds) * 1_000);
        uint64 usableBefore = usableFrom + upgradeSeconds * 1_000;
        upgrades[layer][msg.sender] = Upgrade(configHash, usableFrom, usableBefore);
        emit UpgradeAnnounced(layer, msg.sender, configHash, usableFrom, usableBefore, config);
    }

    /// @notice Cancels what the caller has announced for a layer. What an epoch could list already can be listed by
    /// the epochs that begin up to now, since one of them may be proven. What is over then anyway can't be cancelled.
    function cancelUpgrade(uint256 layer) external {
        Upgrade storage upgrade = upgrades[layer][msg.sender];
        uint256 latest = _latestUntil();
        if (latest + 1 >= upgrade.usableBefore) revert UpgradeMissing(layer, msg.sender);
        if (latest < upgrade.usableFrom) {
            delete upgrades[layer][msg.sender];
            emit UpgradeCancelled(layer, msg.sender, 0);
        } else {
            upgrade.usableBefore = uint64(latest + 1);
            emit UpgradeCancelled(layer, msg.sender, latest + 1);
        }
    }

    /// @dev Uses an upgrade in the epoch from `settledUntil` to `until`.
    function _useUpgrade(uint256[] calldata item, uint256 until) internal {
        uint256 layer = item[1];
        address announcer = address(uint160(item[2]));
        Upgrade storage upgrade = upgrades[layer][announcer];
        if (upgrade.usableFrom == 0) revert UpgradeMissing(layer, announcer);
        if (until < upgrade.usableFrom) revert UpgradeTooEarly(layer, upgrade.usableFrom, until);
        if (_isOver(upgrade)) revert UpgradeOver(layer, upgrade.usableBefore, settledUntil);
        if (layers[layer].upgradedIn == epoch) revert UpgradedTwice(layer, epoch);
        layers[layer].upgradedIn = epoch;
        uint256 configHash = upgrade.configHash;
        _requireWord(item, 0, packItemHeader(Constants.PRODUCED_BY_L1, Constants.KIND_UPGRADE, 0, 0));
        _requireWord(item, 2, uint160(announcer));
        _requireWord(item, 3, configHash);
        delete upgrades[layer][announcer];
        emit LayerUpgraded(layer, announcer, configHash, epoch);
    }

    function _isOver(Upgrade storage upgrade) private view returns (bool) {
        return settledUntil >= upgrade.usableBefore;
    }
}
