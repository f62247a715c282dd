// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {Credits} from "./Credits.sol";
import {DepositReference} from "./DepositReference.sol";
import {ItemHeader, packItemHeader} from "./ItemHeader.sol";
import {Layers} from "./Layers.sol";
import {Waiting} from "./Waiting.sol";

/// @title The queue of deposits
/// @notice A deposit is used by an epoch that begins before its expiry, or taken back once the settled epochs reach its
/// expiry or freeze its layer. Which of both is possible changes only when an epoch settles, so nobody can take back
/// what an epoch that is being proven uses.
abstract contract Deposits is Credits, Layers {
    using Waiting for mapping(uint256 => bytes32);

    /// @notice For how long a deposit waits for its layer.
    uint256 public constant DEPOSIT_MILLISECONDS = 1 days * 1_000;

    /// @notice How many deposits were ever made; ids count from 0.
    uint256 public depositCount;

    /// @notice keccak256 of the four list words of a deposit that waits, and its expiry; zero once it was used or taken
    /// back, or if it was never made.
    mapping(uint256 id => bytes32 depositHash) public deposits;

    event DepositQueued(
        uint256 indexed id,
        uint256 indexed layer,
        uint256 asset,
        uint256 amount,
        uint256 recipient,
        uint256 payload,
        uint256 expiry,
        address depositor
    );
    event DepositTakenBack(uint256 indexed id, address indexed owner);

    error NothingDeposited();
    error DepositMismatch(uint256 id);
    error DepositExpired(uint256 id, uint256 expiry, uint256 settledUntil);
    error DepositNotExpired(uint256 id, uint256 expiry, uint256 settledUntil);

    /// @notice Queues a deposit of the ether sent along.
    /// @param layer The layer that receives it.
    /// @param recipient The account on that layer, a field element.
    /// @param refundTo Who may claim the deposit here if the layer refuses it, or if it is taken back.
    /// @return id The deposit's place in the queue.
    function depositEther(uint256 layer, uint256 recipient, address refundTo)
        external
        payable
        nonReentrant
        returns (uint256 id)
    {
        return _queue(layer, Constants.ASSET_ETHER, msg.value, recipient, refundTo);
    }

    /// @notice Queues a deposit of a registered ERC-20 token that the caller has approved.
    /// @param token The token. If it takes a fee on transfers, what arrived here is what is deposited.
    /// @param amount How much to take from the caller, in the token's smallest unit.
    /// @param layer The layer that receives it, as for ether.
    /// @param recipient The account on that layer, a field element.
    /// @param refundTo Who may claim the deposit here if the layer refuses it, or if it is taken back.
    /// @return id The deposit's place in the queue.
    function depositToken(address token, uint256 amount, uint256 layer, uint256 recipient, address refundTo)
        external
        nonReentrant
        returns (uint256 id)
    {
        uint256 asset = assetOf[token];
        if (asset == Constants.ASSET_NONE) revert TokenNotRegistered(token);
        return _queue(layer, asset, _pull(token, asset, amount), recipient, refundTo);
    }

    /// @notice Credits a deposit that no epoch can use any more to its refund address. Anybody may call it.
    /// @param deposit The deposit's id and expiry, as `DepositQueued` says them.
    /// @param item The deposit's four list words.
    function takeBack(DepositReference deposit, uint256[] calldata item) external nonReentrant {
        _remove(deposit, item);
        uint256 expiry = deposit.expiry();
        if (settledUntil < expiry && layerStatus(item[1]) != FROZEN) {
            revert DepositNotExpired(deposit.id(), expiry, settledUntil);
        }
        _credit(ItemHeader.wrap(item[0]), item[3], lastAsset);
        emit DepositTakenBack(deposit.id(), address(uint160(item[3])));
    }

    /// @dev Uses a deposit in the epoch that begins at `settledUntil`.
    function _useDeposit(DepositReference deposit, uint256[] calldata item) internal {
        uint256 expiry = deposit.expiry();
        if (settledUntil >= expiry) revert DepositExpired(deposit.id(), expiry, settledUntil);
        _remove(deposit, item);
        _requireNotFrozen(item[1]);
    }

    function _queue(uint256 layer, uint256 asset, uint256 amount, uint256 recipient, address refundTo)
        private
        returns (uint256 id)
    {
        _requireOpen(layer);
        _requireInField(recipient);
        _requireUsable(refundTo);
        if (amount == 0) revert NothingDeposited();
        _hold(asset, amount);
        // A layer that refuses a deposit bounces it to its payload, so this is who gets it back.
        uint256 payload = uint160(refundTo);
        uint256 header = packItemHeader(Constants.PRODUCED_BY_L1, Constants.KIND_DEPOSIT, asset, amount);
        uint256 expiry = block.timestamp * 1_000 + DEPOSIT_MILLISECONDS;
        id = depositCount++;
        deposits.add(id, [header, layer, recipient, payload], expiry);
        emit DepositQueued(id, layer, asset, amount, recipient, payload, expiry, msg.sender);
    }

    function _remove(DepositReference deposit, uint256[] calldata item) private {
        if (!deposits.has(deposit, item)) revert DepositMismatch(deposit.id());
        delete deposits[deposit.id()];
    }
}
