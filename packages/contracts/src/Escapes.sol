// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {Credits} from "./Credits.sol";
import {EscapeStatement, escapePublicInputs} from "./EscapeStatement.sol";
import {IVerifier} from "./IVerifier.sol";
import {Layers} from "./Layers.sol";
import {Payout} from "./Payout.sol";

/// @title Leaving a frozen layer
/// @notice docs/protocol.md 8. A proof shows what an account has on a frozen layer, whose state never changes again.
/// All escapes of a layer together get no more than its vault.
abstract contract Escapes is Credits, Layers {
    /// @notice The verifier of the escape circuit.
    IVerifier public immutable escapeVerifier;

    /// @notice Whether a claim on a layer was paid. A layer's own circuit names its claims, so those of layers are
    /// apart.
    mapping(uint256 layer => mapping(uint256 claimId => bool isPaid)) public claimPaid;

    /// @notice What all escapes of a layer have got of an asset.
    mapping(uint256 layer => mapping(uint256 asset => uint256 amount)) public escaped;

    event Escaped(
        uint256 indexed layer,
        uint256 indexed claimId,
        address indexed recipient,
        uint256[4] assets,
        uint256[4] amounts
    );

    error RootUnknown(uint256 root);
    error LayerNotFrozen(uint256 layer, uint256 flags);
    error ClaimAlreadyPaid(uint256 layer, uint256 claimId);
    error EscapeRejected(bytes reason);

    constructor(IVerifier escapeVerifier_) {
        escapeVerifier = escapeVerifier_;
    }

    /// @notice Credits what an account has on a frozen layer to the recipient that the account has signed for. Anybody
    /// may call it. If the vault has less left than what is due, the recipient gets what is left.
    /// @param statement What the proof states.
    /// @param proof The escape proof.
    function escape(EscapeStatement calldata statement, bytes calldata proof) external {
        uint256 layer = statement.layerId;
        _requireLeavable(statement);
        if (claimPaid[layer][statement.claimId]) revert ClaimAlreadyPaid(layer, statement.claimId);
        _requireProven(statement, proof);
        claimPaid[layer][statement.claimId] = true;
        _payOut(statement, address(uint160(statement.recipient)));
    }

    /// @dev A frozen layer is the same under every root that says it is frozen. One that is not frozen stands still
    /// under the last root of a retired deployment only.
    function _requireLeavable(EscapeStatement calldata statement) private view {
        if (!rootKnown[statement.root]) revert RootUnknown(statement.root);
        if (statement.flags & Constants.FLAG_FROZEN != 0) return;
        if (!retired || statement.root != root) revert LayerNotFrozen(statement.layerId, statement.flags);
    }

    function _requireProven(EscapeStatement calldata statement, bytes calldata proof) private view {
        bytes32[] memory publicInputs = escapePublicInputs(statement);
        // The proof says the same of a value by the modulus larger, which would be another claim here.
        for (uint256 i = 0; i < publicInputs.length; i++) _requireInField(uint256(publicInputs[i]));
        try escapeVerifier.verify(proof, publicInputs) returns (bool isValid) {
            if (!isValid) revert EscapeRejected("");
        } catch (bytes memory reason) {
            revert EscapeRejected(reason);
        }
    }

    function _payOut(EscapeStatement calldata statement, address recipient) private {
        _requireUsable(recipient);
        uint256 knownAssets = lastAsset;
        uint256[4] memory assets;
        uint256[4] memory amounts;
        for (uint256 i = 0; i < Constants.EXIT_PAYOUTS; i++) {
            Payout payout = Payout.wrap(statement.payouts[i]);
            assets[i] = payout.asset();
            amounts[i] = _takeFromVault(statement.layerId, payout, statement.vaults[i]);
            _creditAmount(recipient, assets[i], amounts[i], knownAssets);
        }
        emit Escaped(statement.layerId, statement.claimId, recipient, assets, amounts);
    }

    /// @dev What can be paid of a payout; it counts as escaped.
    function _takeFromVault(uint256 layer, Payout payout, uint256 vault) private returns (uint256 amount) {
        amount = payout.amount();
        if (amount == 0) return 0;
        uint256 before = escaped[layer][payout.asset()];
        uint256 left = vault > before ? vault - before : 0;
        if (amount > left) amount = left;
        escaped[layer][payout.asset()] = before + amount;
    }
}
