// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {Epochs} from "./Epochs.sol";
import {ItemHeader, packItemHeader} from "./ItemHeader.sol";

/// @title Which layers there are, and which of them freeze
/// @notice docs/protocol.md 8. An epoch's list says which layers were registered and which were frozen, so nothing can
/// be sent to a layer that can neither take it nor be frozen. Whose freeze is demanded stands in a queue. Epochs list
/// the oldest of them, up to `FREEZES_PER_EPOCH`: what is due depends on the epoch's end alone, so no demand voids an
/// epoch that is proven, and no number of demands takes more places of a list than these.
abstract contract Layers is Epochs {
    /// @notice The most freezes that an epoch has to list. It may list more.
    uint256 public constant FREEZES_PER_EPOCH = 16;

    uint8 internal constant UNKNOWN = 0;
    uint8 internal constant REGISTERED = 1;
    uint8 internal constant FROZEN = 2;

    /// @param status 0 unknown, 1 registered, 2 frozen.
    /// @param forcedWaiting How many forced transactions wait for the layer.
    /// @param freezeDemandedAt When its freeze was demanded, in milliseconds since 1970; 0 if it was not.
    /// @param level How many layers there are from the trunk down to it, both included.
    /// @param upgradedIn The last epoch that listed an upgrade of it; 0 if none has.
    struct Layer {
        uint8 status;
        uint32 forcedWaiting;
        uint64 freezeDemandedAt;
        uint8 level;
        uint64 upgradedIn;
    }

    /// @notice What is known of a layer.
    mapping(uint256 layer => Layer) public layers;

    /// @notice The layers whose freeze was demanded, by their place in the queue, from 0.
    mapping(uint256 place => uint256 layer) public freezeQueue;

    /// @notice How many places of the queue are given.
    uint64 public freezesDemanded;

    /// @notice How many places of the queue are done: those layers are frozen.
    uint64 public freezesDone;

    event LayerRegistered(uint256 indexed layer, uint256 configHash);
    event FreezeDemanded(uint256 indexed layer, uint256 place, uint256 demandedAt);
    event LayerFrozen(uint256 indexed layer, uint256 indexed epoch);

    error LayerUnknown(uint256 layer);
    error LayerTooDeep(uint256 layer, uint256 parent);
    error LayerIsFrozen(uint256 layer);
    error LayerFreezes(uint256 layer, uint256 demandedAt);
    error FreezeItemUnexpected(uint256 expected, uint256 actual);
    error FreezeLeftOut(uint256 layer, uint256 demandedAt, uint256 until);
    error ItemUnexpected(uint256 word, uint256 expected, uint256 actual);

    /// @param genesisLayers The layers that there are from the beginning, parents first.
    /// @param parents The parent of each; 0 of the trunk.
    constructor(uint256[] memory genesisLayers, uint256[] memory parents) {
        for (uint256 i = 0; i < genesisLayers.length; i++) {
            _requireInField(genesisLayers[i]);
            _register(genesisLayers[i], parents[i], 0);
        }
    }

    /// @notice 0 if nobody has registered the layer, 1 if it can move, 2 if it is frozen.
    function layerStatus(uint256 layer) public view returns (uint256) {
        uint8 status = layers[layer].status;
        return retired && status == REGISTERED ? FROZEN : status;
    }

    /// @dev Nothing may be sent to a layer that is not there, and nothing to one that is frozen or about to be.
    function _requireOpen(uint256 layer) internal view {
        _requireNotRetired();
        Layer storage known = layers[layer];
        if (known.status == UNKNOWN) revert LayerUnknown(layer);
        _requireNotFrozen(layer);
        if (known.freezeDemandedAt != 0) revert LayerFreezes(layer, known.freezeDemandedAt);
    }

    function _requireNotFrozen(uint256 layer) internal view {
        if (layers[layer].status == FROZEN) revert LayerIsFrozen(layer);
    }

    /// @dev The circuit makes such an item only of a step that registers the layer below its parent. No escape leads
    /// out of a deeper layer, and each level of a layer is one more proof after another in the epoch that freezes it.
    function _register(uint256 layer, uint256 parent, uint256 configHash) internal {
        if (layers[layer].status != UNKNOWN) return;
        uint8 level = layers[parent].level + 1;
        // The level of what is not known is 0, and only the trunk has no parent.
        if (level > Constants.LAYER_LEVELS || (level == 1 && parent != 0)) revert LayerTooDeep(layer, parent);
        layers[layer].status = REGISTERED;
        layers[layer].level = level;
        emit LayerRegistered(layer, configHash);
    }

    /// @dev Gives a layer the next place in the queue.
    function _demandFreeze(uint256 layer) internal {
        _requireOpen(layer);
        uint64 demandedAt = uint64(block.timestamp * 1_000);
        uint64 place = freezesDemanded++;
        layers[layer].freezeDemandedAt = demandedAt;
        freezeQueue[place] = layer;
        emit FreezeDemanded(layer, place, demandedAt);
    }

    /// @dev Freezes the layer that stands in the queue at `place`.
    function _freeze(uint256[] calldata item, uint256 place) internal {
        // No layer has the id 0, so nothing is frozen behind the end of the queue.
        uint256 layer = place < freezesDemanded ? freezeQueue[place] : 0;
        if (layer == 0 || item[1] != layer) revert FreezeItemUnexpected(layer, item[1]);
        _requireWord(item, 0, packItemHeader(Constants.PRODUCED_BY_L1, Constants.KIND_FREEZE, 0, 0));
        _requireWord(item, 2, 0);
        _requireWord(item, 3, 0);
        layers[layer].status = FROZEN;
        emit LayerFrozen(layer, epoch);
    }

    /// @dev Ends the freezes of an epoch.
    /// @param listed How many it listed.
    function _endFreezes(uint256 listed, uint256 until) internal {
        uint256 done = freezesDone + listed;
        if (listed < FREEZES_PER_EPOCH && done < freezesDemanded) {
            uint256 layer = freezeQueue[done];
            uint256 demandedAt = layers[layer].freezeDemandedAt;
            if (demandedAt + uint256(freezeGraceSeconds) * 1_000 <= until) {
                revert FreezeLeftOut(layer, demandedAt, until);
            }
        }
        if (listed > 0) freezesDone = uint64(done);
    }

    function _requireWord(uint256[] calldata item, uint256 word, uint256 expected) internal pure {
        if (item[word] != expected) revert ItemUnexpected(word, expected, item[word]);
    }
}
