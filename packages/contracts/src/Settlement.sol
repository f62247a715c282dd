// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Constants} from "./Constants.sol";
import {DepositReference} from "./DepositReference.sol";
import {Deposits} from "./Deposits.sol";
import {packEpochWindow} from "./EpochWindow.sol";
import {IVerifier} from "./IVerifier.sol";
import {ItemHeader} from "./ItemHeader.sol";
import {SettlementList} from "./SettlementList.sol";
import {settlementPublicInputs} from "./SettlementStatement.sol";

/// @title Where the whole tree of layers meets Ethereum
/// @notice docs/protocol.md 7. Holds one root for all layers, the queue of deposits, and what each address may claim.
/// An epoch settles by one proof. The proposer named at deployment may submit it at once, anyone else
/// `exclusiveSeconds` after the epoch before. There is no administrator: nothing here can be changed, paused or
/// upgraded.
contract Settlement is Deposits {
    /// @notice The verifier of the settlement circuit.
    IVerifier public immutable verifier;

    /// @notice True if the verifier trusts the development reference string, whose secret is public: for local chains
    /// only.
    bool public immutable developmentReferenceString;

    /// @notice Who may settle at any time.
    address public immutable proposer;

    /// @notice For how long after an epoch settled only the proposer may settle the next one.
    uint64 public immutable exclusiveSeconds;

    /// @notice How far the end of an epoch may be ahead of this chain's clock: a block of L1 carries the time at which
    /// it was due, so an honest proposer's clock is up to 12 seconds ahead of it.
    uint256 public constant TOLERANCE_MILLISECONDS = 15_000;

    /// @notice The epoch that settles next.
    uint64 public epoch = uint64(Constants.FIRST_EPOCH);

    /// @notice `block.timestamp` of the last settlement, or of the deployment before the first one.
    uint64 public settledAt;

    /// @notice `layerRoot` of the trunk, and through it of every layer.
    uint256 public root;

    event EpochSettled(uint256 indexed epoch, uint256 rootIn, uint256 rootOut, uint256 until, uint256 items);

    error DevelopmentReferenceStringOnPublicChain(uint256 chainId);
    error VerifierHasNoCode(address verifier);
    error ItemKindUnexpected(uint256 item, uint256 expected, uint256 actual);
    error DepositCountMismatch(uint256 expected, uint256 actual);
    error ProofRejected(uint256 epoch, bytes reason);
    error NotProposer(address expected, address actual, uint256 openFrom);
    error UntilAhead(uint256 latest, uint256 actual);
    error UntilNotAfter(uint256 settledUntil, uint256 actual);

    /// @param verifier_ The generated verifier of the settlement circuit.
    /// @param genesisRoot `layerRoot` of the trunk before the first epoch. It depends on this contract's address.
    /// @param developmentReferenceString_ Whether the verifier was made for the development reference string.
    /// @param proposer_ Who may settle at any time.
    /// @param exclusiveSeconds_ For how long after an epoch settled nobody else may settle the next one; the first
    /// epoch's counts from now.
    /// @param tokens The tokens that are asset 2, 3 and so on, before anybody can register another.
    constructor(
        IVerifier verifier_,
        uint256 genesisRoot,
        bool developmentReferenceString_,
        address proposer_,
        uint64 exclusiveSeconds_,
        address[] memory tokens
    ) {
        if (developmentReferenceString_ && block.chainid != 31337 && block.chainid != 1337) {
            revert DevelopmentReferenceStringOnPublicChain(block.chainid);
        }
        if (address(verifier_).code.length == 0) revert VerifierHasNoCode(address(verifier_));
        _requireInField(genesisRoot);
        verifier = verifier_;
        developmentReferenceString = developmentReferenceString_;
        proposer = proposer_;
        exclusiveSeconds = exclusiveSeconds_;
        root = genesisRoot;
        settledAt = uint64(block.timestamp);
        for (uint256 i = 0; i < tokens.length; i++) _register(tokens[i]);
    }

    /// @notice Settles the current epoch: moves the root, uses up deposits, credits withdrawals.
    /// @param rootOut The trunk's `layerRoot` after the epoch.
    /// @param until The end of the time that the epoch covers, in milliseconds since 1970. It begins where the last one
    /// ended, so a proof can't be made before the epoch that it follows has settled.
    /// @param commitment Poseidon2 of the settlement list, padded to capacity: the circuit's own claim about its list.
    /// @param words The settlement list, four words an item, without padding.
    /// @param used For each item produced by L1, in order, the deposit that it is.
    /// @param proof The settlement proof.
    function settle(
        uint256 rootOut,
        uint256 until,
        uint256 commitment,
        uint256[] calldata words,
        DepositReference[] calldata used,
        bytes calldata proof
    ) external nonReentrant {
        _requireInField(rootOut);
        _requireInField(commitment);
        _requireMaySettle();
        _requireMayEnd(until);
        _verify(rootOut, until, commitment, words, proof);
        _applyItems(words, used);
        emit EpochSettled(epoch, root, rootOut, until, words.length / Constants.WORDS_PER_ITEM);
        root = rootOut;
        epoch += 1;
        settledUntil = uint64(until);
        settledAt = uint64(block.timestamp);
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
        uint256 latest = block.timestamp * 1_000 + TOLERANCE_MILLISECONDS;
        if (until > latest) revert UntilAhead(latest, until);
        if (until <= settledUntil) revert UntilNotAfter(settledUntil, until);
    }

    function _verify(
        uint256 rootOut,
        uint256 until,
        uint256 commitment,
        uint256[] calldata words,
        bytes calldata proof
    ) private view {
        uint256 settled = epoch;
        uint256 z = SettlementList.challenge(words, commitment, settled);
        bytes32[] memory publicInputs = settlementPublicInputs({
            rootIn: root,
            rootOut: rootOut,
            window: packEpochWindow(settled, settledUntil, until),
            commitment: commitment,
            z: z,
            evaluation: SettlementList.evaluate(words, z)
        });
        try verifier.verify(proof, publicInputs) returns (bool valid) {
            if (!valid) revert ProofRejected(settled, "");
        } catch (bytes memory reason) {
            revert ProofRejected(settled, reason);
        }
    }

    function _applyItems(uint256[] calldata words, DepositReference[] calldata used) private {
        uint256 next = 0;
        uint256 knownAssets = lastAsset;
        for (uint256 at = 0; at < words.length; at += Constants.WORDS_PER_ITEM) {
            ItemHeader header = ItemHeader.wrap(words[at]);
            if (!header.isWellFormed()) revert SettlementList.ItemMalformed(at / Constants.WORDS_PER_ITEM, words[at]);
            if (header.direction() == Constants.CONSUMED_BY_L1) {
                _credit(header, words[at + 2], knownAssets);
            } else {
                if (header.kind() != Constants.KIND_DEPOSIT) {
                    revert ItemKindUnexpected(at / Constants.WORDS_PER_ITEM, Constants.KIND_DEPOSIT, header.kind());
                }
                if (next == used.length) revert DepositCountMismatch(next + 1, used.length);
                _use(used[next++], words[at:at + Constants.WORDS_PER_ITEM]);
            }
        }
        if (next != used.length) revert DepositCountMismatch(next, used.length);
    }
}
