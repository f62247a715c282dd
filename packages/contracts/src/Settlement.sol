// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {Data, DataBlob} from "./Data.sol";
import {DepositReference} from "./DepositReference.sol";
import {Deposits} from "./Deposits.sol";
import {Durations} from "./Durations.sol";
import {packEpochWindow} from "./EpochWindow.sol";
import {Epochs} from "./Epochs.sol";
import {Escapes} from "./Escapes.sol";
import {Forced} from "./Forced.sol";
import {IVerifier} from "./IVerifier.sol";
import {ItemHeader} from "./ItemHeader.sol";
import {Layers} from "./Layers.sol";
import {SettlementList} from "./SettlementList.sol";
import {SettlementStatement, settlementPublicInputs} from "./SettlementStatement.sol";
import {Upgrades} from "./Upgrades.sol";

/// @notice The tree that a deployment begins with.
/// @param root `layerRoot` of the trunk before the first epoch. It depends on the contract's address.
/// @param layers The ids of all layers under that root, parents first.
/// @param parents The id of each layer's parent; 0 of the trunk.
/// @param description The hashes of the parts of what they are, for those who know this contract only (`describe`).
/// @param tokens The tokens that are asset 2, 3 and so on, before anybody can register another.
struct Genesis {
    uint256 root;
    uint256[] layers;
    uint256[] parents;
    bytes32[] description;
    address[] tokens;
}

/// @title Where the whole tree of layers meets Ethereum
/// @notice docs/protocol.md 7. Holds one root for all layers, what waits for them, and what each address may claim.
/// An epoch settles by one proof. The proposer named at deployment may submit it at once, anyone else
/// `exclusiveSeconds` after the epoch before. There is no administrator: nothing here can be changed, paused or
/// upgraded.
contract Settlement is Deposits, Forced, Upgrades, Escapes {
    /// @notice The verifier of the settlement circuit.
    IVerifier public immutable verifier;

    /// @notice True if the verifiers trust the development reference string, whose secret is public: for local chains
    /// only.
    bool public immutable developmentReferenceString;

    /// @notice Who may settle at any time.
    address public immutable proposer;

    event TreeBegun(uint256 root, uint256[] layers, bytes32[] description);
    event TreeDescribed(bytes32 indexed hash, bytes part);

    /// @param versionedHash Names the blob with what the epoch publishes; zero if that is nothing.
    event EpochSettled(
        uint256 indexed epoch,
        uint256 rootIn,
        uint256 rootOut,
        uint256 until,
        uint256 items,
        bytes32 versionedHash
    );

    error DevelopmentReferenceStringOnPublicChain(uint256 chainId);
    error VerifierHasNoCode(address verifier);
    error ItemKindUnexpected(uint256 item, uint256 kind);
    error ReferenceCountMismatch(uint256 expected, uint256 actual);
    error ProofRejected(uint256 epoch, bytes reason);
    error NotProposer(address expected, address actual, uint256 openFrom);
    error UntilAhead(uint256 latest, uint256 actual);
    error UntilNotAfter(uint256 settledUntil, uint256 actual);

    /// @param verifier_ The generated verifier of the settlement circuit.
    /// @param escapeVerifier_ The generated verifier of the escape circuit.
    /// @param developmentReferenceString_ Whether the verifiers were made for the development reference string.
    /// @param proposer_ Who may settle at any time.
    /// @param genesis The tree before the first epoch.
    /// @param durations How long things take. The first epoch's exclusive time counts from now.
    constructor(
        IVerifier verifier_,
        IVerifier escapeVerifier_,
        bool developmentReferenceString_,
        address proposer_,
        Genesis memory genesis,
        Durations memory durations
    )
        Epochs(genesis.root, durations, developmentReferenceString_)
        Layers(genesis.layers, genesis.parents)
        Escapes(escapeVerifier_)
    {
        if (developmentReferenceString_ && block.chainid != 31337 && block.chainid != 1337) {
            revert DevelopmentReferenceStringOnPublicChain(block.chainid);
        }
        _requireCode(verifier_);
        _requireCode(escapeVerifier_);
        verifier = verifier_;
        developmentReferenceString = developmentReferenceString_;
        proposer = proposer_;
        for (uint256 i = 0; i < genesis.tokens.length; i++) _registerToken(genesis.tokens[i]);
        emit TreeBegun(genesis.root, genesis.layers, genesis.description);
    }

    /// @notice Publishes a part of the description of the tree that this deployment began with: the code of a contract
    /// has no room for many layers. Anybody may; readers look for the hashes that `TreeBegun` names.
    function describe(bytes calldata part) external {
        emit TreeDescribed(keccak256(part), part);
    }

    /// @notice Settles the current epoch: moves the root, uses up what waited, credits withdrawals, registers, freezes
    /// and upgrades layers.
    /// @param rootOut The trunk's `layerRoot` after the epoch.
    /// @param until The end of the time that the epoch covers, in milliseconds since 1970. It begins where the last one
    /// ended, so a proof can't be made before the epoch that it follows has settled.
    /// @param commitment The circuit's own claim about its list and its data: Poseidon2 of both, padded to capacity.
    /// @param words The settlement list, four words an item, without padding.
    /// @param used For each deposit and each forced transaction in the list, in order, its id and its expiry or
    /// deadline. Freezes come in the order of their queue, upgrades are found by who announced them.
    /// @param data What the epoch publishes.
    /// @param proof The settlement proof.
    function settle(
        uint256 rootOut,
        uint256 until,
        uint256 commitment,
        uint256[] calldata words,
        DepositReference[] calldata used,
        Data calldata data,
        bytes calldata proof
    ) external nonReentrant {
        _requireNotRetired();
        _requireInField(rootOut);
        _requireInField(commitment);
        _requireMaySettle();
        _requireMayEnd(until);
        _verify(rootOut, until, commitment, words, data, proof);
        _applyItems(words, used, until);
        emit EpochSettled(epoch, root, rootOut, until, words.length / Constants.WORDS_PER_ITEM, blobhash(0));
        _advance(rootOut, until);
    }

    function _requireCode(IVerifier verifier_) private view {
        if (address(verifier_).code.length == 0) revert VerifierHasNoCode(address(verifier_));
    }

    /// @dev Without the exclusive time a stranger could void everybody's proven work with an epoch of no blocks, which
    /// costs one proof.
    function _requireMaySettle() private view {
        if (msg.sender == proposer) return;
        uint256 openFrom = uint256(settledAt) + exclusiveSeconds;
        if (block.timestamp < openFrom) revert NotProposer(proposer, msg.sender, openFrom);
    }

    /// @dev Keeps the clocks of all layers within the tolerance of this chain's clock. No cast of a time that passes
    /// here loses bits.
    function _requireMayEnd(uint256 until) private view {
        uint256 latest = _latestUntil();
        if (until > latest) revert UntilAhead(latest, until);
        if (until <= settledUntil) revert UntilNotAfter(settledUntil, until);
    }

    function _verify(
        uint256 rootOut,
        uint256 until,
        uint256 commitment,
        uint256[] calldata words,
        Data calldata data,
        bytes calldata proof
    ) private view {
        SettlementStatement memory statement;
        statement.rootIn = root;
        statement.rootOut = rootOut;
        statement.window = packEpochWindow(epoch, settledUntil, until);
        statement.commitment = commitment;
        bytes32 versionedHash = DataBlob.versionedHashOf(data);
        statement.z = SettlementList.challenge(words, commitment, epoch, versionedHash);
        statement.evaluation = SettlementList.evaluate(words, statement.z);
        statement.dataLow = data.low;
        statement.dataHigh = data.high;
        DataBlob.requireValue(data, versionedHash, statement.z);
        try verifier.verify(proof, settlementPublicInputs(statement)) returns (bool valid) {
            if (!valid) revert ProofRejected(epoch, "");
        } catch (bytes memory reason) {
            revert ProofRejected(epoch, reason);
        }
    }

    /// @dev Items are applied in order: what a layer takes stands before its freeze.
    function _applyItems(uint256[] calldata words, DepositReference[] calldata used, uint256 until) private {
        uint256 next = 0;
        uint256 frozen = 0;
        uint256 knownAssets = lastAsset;
        for (uint256 at = 0; at < words.length; at += Constants.WORDS_PER_ITEM) {
            ItemHeader header = ItemHeader.wrap(words[at]);
            if (!header.isWellFormed()) revert SettlementList.ItemMalformed(at / Constants.WORDS_PER_ITEM, words[at]);
            uint256[] calldata item = words[at:at + Constants.WORDS_PER_ITEM];
            uint256 kind = header.kind();
            if (header.direction() == Constants.CONSUMED_BY_L1) {
                if (kind == Constants.KIND_REGISTERED) _register(item[1], item[2], item[3]);
                else _credit(header, item[2], knownAssets);
            } else if (kind == Constants.KIND_DEPOSIT || kind == Constants.KIND_FORCED) {
                if (next == used.length) revert ReferenceCountMismatch(next + 1, used.length);
                if (kind == Constants.KIND_DEPOSIT) _useDeposit(used[next++], item);
                else _useForced(used[next++], item);
            } else if (kind == Constants.KIND_FREEZE) {
                _freeze(item, freezesDone + frozen++);
            } else if (kind == Constants.KIND_UPGRADE) {
                _useUpgrade(item, until);
            } else {
                revert ItemKindUnexpected(at / Constants.WORDS_PER_ITEM, kind);
            }
        }
        if (next != used.length) revert ReferenceCountMismatch(next, used.length);
        _endFreezes(frozen, until);
    }
}
