// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {DepositReference} from "./DepositReference.sol";
import {packItemHeader} from "./ItemHeader.sol";
import {Layers} from "./Layers.sol";
import {Poseidon2} from "./Poseidon2.sol";
import {Waiting} from "./Waiting.sol";

/// @title Transactions that a layer may not leave out
/// @notice docs/protocol.md 8. Anybody publishes a signed transaction here for a price. An epoch has to list it before
/// its deadline, or anybody may demand that the layer is frozen.
abstract contract Forced is Layers {
    using Waiting for mapping(uint256 => bytes32);

    /// @notice What a forced transaction costs at first, in wei.
    uint256 public constant FIRST_FORCED_PRICE = 0.001 ether;

    /// @notice Of so many that wait for a layer each costs the first price, and each further one twice as much as the
    /// one before.
    uint256 public constant FORCED_AT_FIRST_PRICE = 16;

    /// @notice The most forced transactions that wait for a layer. The last one costs 65 ether.
    uint256 public constant FORCED_WAITING = 32;

    /// @notice The most arguments that a forced transaction has.
    uint256 public constant FORCED_ARGUMENTS = 256;

    /// @dev Words of a transaction before its arguments.
    uint256 private constant ARGUMENTS = 6;

    /// @dev Words that are hashed before a transaction's arguments. The last three are its link.
    uint256 private constant HASHED_ARGUMENTS = 8;

    /// @dev Bits of a transaction's packed word below the index of its link, which has to be 0.
    uint256 private constant PACKED_BITS = 152;

    /// @notice How many forced transactions there ever were; ids count from 0.
    uint256 public forcedCount;

    /// @notice keccak256 of the four list words of a forced transaction that waits, and its deadline; zero once it was
    /// used, or if there never was one.
    mapping(uint256 id => bytes32 forcedHash) public forced;

    event TransactionForced(
        uint256 indexed id,
        uint256 indexed layer,
        uint256 payload,
        uint256 deadline,
        uint256[] transaction
    );

    error ForcedPriceMismatch(uint256 expected, uint256 actual);
    error TooManyForced(uint256 layer, uint256 maximum);
    error ArgumentCountInvalid(uint256 maximum, uint256 words);
    error TransactionHasLink(uint256 packed);
    error ForcedMismatch(uint256 id);
    error ForcedNotOverdue(uint256 id, uint256 deadline, uint256 settledUntil);

    /// @notice What the next forced transaction to a layer costs, in wei. It is paid to nobody and stays here for ever:
    /// whoever received it could fill the layer's places for nothing.
    function forcedPrice(uint256 layer) public view returns (uint256) {
        uint256 waiting = layers[layer].forcedWaiting;
        return waiting < FORCED_AT_FIRST_PRICE
            ? FIRST_FORCED_PRICE
            : FIRST_FORCED_PRICE << (waiting - FORCED_AT_FIRST_PRICE + 1);
    }

    /// @notice Publishes a transaction that the layer may not leave out, for exactly `forcedPrice(layer)`. Whether it
    /// is valid is not checked here: the layer's circuit shows that it was executed, or that it can't be.
    /// @param layer The transaction's layer.
    /// @param transaction The signature's r.x, the public key's x and y, the packed word, the low and the high 128 bits
    /// of the signature's s, then the arguments. It has no link: bundles can't be forced.
    /// @return id Its place among the forced transactions.
    function force(uint256 layer, uint256[] calldata transaction) external payable returns (uint256 id) {
        _requireOpen(layer);
        uint256 price = forcedPrice(layer);
        if (msg.value != price) revert ForcedPriceMismatch(price, msg.value);
        if (layers[layer].forcedWaiting == FORCED_WAITING) revert TooManyForced(layer, FORCED_WAITING);
        layers[layer].forcedWaiting++;
        _requireWords(transaction);
        uint256 payload = _payloadOf(layer, transaction);
        uint256 deadline = (block.timestamp + forcedSeconds) * 1_000;
        // A layer whose transactions have another number of arguments can't open the hash, but sees by the amount that
        // the transaction is none of its own.
        uint256 arguments = transaction.length - ARGUMENTS;
        uint256 header = packItemHeader(Constants.PRODUCED_BY_L1, Constants.KIND_FORCED, 0, arguments);
        id = forcedCount++;
        forced.add(id, [header, layer, 0, payload], deadline);
        emit TransactionForced(id, layer, payload, deadline, transaction);
    }

    /// @notice Demands that a layer is frozen which has not taken a forced transaction by its deadline. Anybody may
    /// call it, once a layer. The layer has until its freeze is due to settle, but it can't avert the freeze.
    /// @param overdue The transaction's id and deadline, as `TransactionForced` says them.
    /// @param item Its four list words.
    function demandFreeze(DepositReference overdue, uint256[] calldata item) external {
        uint256 deadline = overdue.expiry();
        _requireForced(overdue, item);
        if (settledUntil < deadline) revert ForcedNotOverdue(overdue.id(), deadline, settledUntil);
        _demandFreeze(item[1]);
    }

    /// @dev Uses a forced transaction, however late.
    function _useForced(DepositReference used, uint256[] calldata item) internal {
        _requireForced(used, item);
        _requireNotFrozen(item[1]);
        delete forced[used.id()];
        layers[item[1]].forcedWaiting--;
    }

    function _requireForced(DepositReference used, uint256[] calldata item) private view {
        if (!forced.has(used, item)) revert ForcedMismatch(used.id());
    }

    /// @dev A word by the modulus larger would be the same in the circuit.
    function _requireWords(uint256[] calldata transaction) private pure {
        if (transaction.length < ARGUMENTS || transaction.length > ARGUMENTS + FORCED_ARGUMENTS) {
            revert ArgumentCountInvalid(FORCED_ARGUMENTS, transaction.length);
        }
        for (uint256 i = 0; i < transaction.length; i++) _requireInField(transaction[i]);
        if (transaction[3] >> PACKED_BITS != 0) revert TransactionHasLink(transaction[3]);
    }

    /// @dev H(transaction hash, s low, s high); the transaction's hash as docs/protocol.md 3 says.
    function _payloadOf(uint256 layer, uint256[] calldata transaction) private pure returns (uint256) {
        uint256[] memory hashed = new uint256[](HASHED_ARGUMENTS + transaction.length - ARGUMENTS);
        hashed[0] = transaction[0];
        hashed[1] = layer;
        hashed[2] = transaction[1];
        hashed[3] = transaction[2];
        hashed[4] = transaction[3];
        for (uint256 i = ARGUMENTS; i < transaction.length; i++) {
            hashed[HASHED_ARGUMENTS + i - ARGUMENTS] = transaction[i];
        }
        uint256[] memory signed = new uint256[](3);
        signed[0] = Poseidon2.hash(hashed);
        signed[1] = transaction[4];
        signed[2] = transaction[5];
        return Poseidon2.hash(signed);
    }
}
