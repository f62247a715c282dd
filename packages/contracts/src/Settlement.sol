// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Assets} from "./Assets.sol";
import {Constants} from "./Constants.sol";
import {packEpochWindow} from "./EpochWindow.sol";
import {IVerifier} from "./IVerifier.sol";
import {ItemHeader, packItemHeader} from "./ItemHeader.sol";
import {SettlementList} from "./SettlementList.sol";
import {settlementPublicInputs} from "./SettlementStatement.sol";

/// @title Where the whole tree of layers meets Ethereum
/// @notice docs/protocol.md 7. Holds one root for all layers, the queue of deposits, and what each address may claim.
/// An epoch settles by one proof. The proposer named at deployment may submit it at once, anyone else
/// `exclusiveSeconds` after the epoch before. There is no administrator: nothing here can be changed, paused or
/// upgraded.
contract Settlement is Assets, ReentrancyGuardTransient {
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

    /// @notice `layerRoot` of the trunk, and through it of every layer.
    uint256 public root;

    /// @notice The epoch that settles next.
    uint64 public epoch = uint64(Constants.FIRST_EPOCH);

    /// @notice The end of the time that the settled epochs cover, in milliseconds since 1970; 0 before the first one.
    /// The next epoch covers the time after it.
    uint64 public settledUntil;

    /// @notice `block.timestamp` of the last settlement, or of the deployment before the first one.
    uint64 public settledAt;

    /// @notice How many deposits were ever made; ids count from 0.
    uint256 public depositCount;

    /// @notice keccak256 of the four list words of a deposit that waits to be consumed; zero once it was, or if it was
    /// never made.
    mapping(uint256 id => bytes32 itemHash) public deposits;

    /// @notice What an address may claim of an asset.
    mapping(address owner => mapping(uint256 asset => uint256 amount)) public credits;

    event DepositQueued(
        uint256 indexed id,
        uint256 indexed layer,
        uint256 asset,
        uint256 amount,
        uint256 recipient,
        uint256 payload
    );
    event EpochSettled(uint256 indexed epoch, uint256 rootIn, uint256 rootOut, uint256 until, uint256 items);
    event CreditClaimed(address indexed owner, uint256 indexed asset, address recipient, uint256 amount);

    error DevelopmentReferenceStringOnPublicChain(uint256 chainId);
    error VerifierHasNoCode(address verifier);
    error NotInField(uint256 modulus, uint256 actual);
    error LayerMissing();
    error NothingDeposited();
    error ItemKindUnexpected(uint256 item, uint256 expected, uint256 actual);
    error DepositCountMismatch(uint256 expected, uint256 actual);
    error DepositMismatch(uint256 id, bytes32 expected, bytes32 actual);
    error ProofRejected(uint256 epoch, bytes reason);
    error NotProposer(address expected, address actual, uint256 openFrom);
    error UntilAhead(uint256 latest, uint256 actual);
    error UntilNotAfter(uint256 settledUntil, uint256 actual);
    error NothingToClaim(address owner, uint256 asset);

    /// @param verifier_ The generated verifier of the settlement circuit.
    /// @param genesisRoot `layerRoot` of the trunk before the first epoch. It depends on this contract's address.
    /// @param developmentReferenceString_ Whether the verifier was made for the development reference string.
    /// @param proposer_ Who may settle at any time.
    /// @param exclusiveSeconds_ For how long after an epoch settled nobody else may settle the next one; the first
    /// epoch's counts from now.
    constructor(
        IVerifier verifier_,
        uint256 genesisRoot,
        bool developmentReferenceString_,
        address proposer_,
        uint64 exclusiveSeconds_
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
    }

    /// @notice Queues a deposit of the ether sent along.
    /// @param layer The layer that receives it.
    /// @param recipient The account on that layer, a field element. If the layer refuses the deposit, the caller can
    /// claim it back here.
    /// @return id The deposit's place in the queue.
    function depositEther(uint256 layer, uint256 recipient) external payable nonReentrant returns (uint256 id) {
        return _queueDeposit(layer, Constants.ASSET_ETHER, msg.value, recipient);
    }

    /// @notice Queues a deposit of an ERC-20 token the caller has approved, and registers the token if it is new.
    /// @param token The token. If it takes a fee on transfers, what arrived here is what is deposited.
    /// @param amount How much to take from the caller, in the token's smallest unit.
    /// @param layer The layer that receives it.
    /// @param recipient The account on that layer, a field element. If the layer refuses the deposit, the caller can
    /// claim it back here.
    /// @return id The deposit's place in the queue.
    function depositToken(address token, uint256 amount, uint256 layer, uint256 recipient)
        external
        nonReentrant
        returns (uint256 id)
    {
        uint256 asset = _register(token);
        return _queueDeposit(layer, asset, _pull(token, amount), recipient);
    }

    /// @notice Settles the current epoch: moves the root, uses up deposits, credits withdrawals.
    /// @param rootOut The trunk's `layerRoot` after the epoch.
    /// @param until The end of the time that the epoch covers, in milliseconds since 1970. It begins where the last one
    /// ended, so a proof can't be made before the epoch that it follows has settled.
    /// @param commitment Poseidon2 of the settlement list, padded to capacity: the circuit's own claim about its list.
    /// @param words The settlement list, four words an item, without padding.
    /// @param depositIds For each item produced by L1, in order, the id of the deposit it is.
    /// @param proof The settlement proof.
    function settle(
        uint256 rootOut,
        uint256 until,
        uint256 commitment,
        uint256[] calldata words,
        uint256[] calldata depositIds,
        bytes calldata proof
    ) external nonReentrant {
        _requireInField(rootOut);
        _requireInField(commitment);
        _requireMaySettle();
        _requireMayEnd(until);
        _verify(rootOut, until, commitment, words, proof);
        _applyItems(words, depositIds);
        emit EpochSettled(epoch, root, rootOut, until, words.length / Constants.WORDS_PER_ITEM);
        root = rootOut;
        epoch += 1;
        settledUntil = uint64(until);
        settledAt = uint64(block.timestamp);
    }

    /// @notice Pays the caller everything it may claim of an asset.
    /// @param asset The asset's id.
    /// @return amount What was paid.
    function claim(uint256 asset) external nonReentrant returns (uint256 amount) {
        return _claim(asset, msg.sender);
    }

    /// @notice Pays everything the caller may claim of an asset to another address, for owners that cannot receive it
    /// themselves.
    /// @param asset The asset's id.
    /// @param recipient Who is paid.
    /// @return amount What was paid.
    function claimTo(uint256 asset, address recipient) external nonReentrant returns (uint256 amount) {
        return _claim(asset, recipient);
    }

    function _queueDeposit(uint256 layer, uint256 asset, uint256 amount, uint256 recipient)
        private
        returns (uint256 id)
    {
        if (layer == Constants.L1_LAYER_ID) revert LayerMissing();
        _requireInField(layer);
        _requireInField(recipient);
        if (amount == 0) revert NothingDeposited();
        _hold(asset, amount);
        // A layer that refuses a deposit bounces it to its payload, so this is who gets it back.
        uint256 payload = uint160(msg.sender);
        uint256 header = packItemHeader(Constants.PRODUCED_BY_L1, Constants.KIND_DEPOSIT, asset, amount);
        id = depositCount++;
        deposits[id] = keccak256(abi.encode(header, layer, recipient, payload));
        emit DepositQueued(id, layer, asset, amount, recipient, payload);
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

    function _applyItems(uint256[] calldata words, uint256[] calldata depositIds) private {
        uint256 used = 0;
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
                if (used == depositIds.length) revert DepositCountMismatch(used + 1, depositIds.length);
                _useDeposit(depositIds[used++], words[at:at + Constants.WORDS_PER_ITEM]);
            }
        }
        if (used != depositIds.length) revert DepositCountMismatch(used, depositIds.length);
    }

    function _useDeposit(uint256 id, uint256[] calldata item) private {
        bytes32 expected = deposits[id];
        bytes32 actual = keccak256(abi.encodePacked(item));
        if (expected != actual) revert DepositMismatch(id, expected, actual);
        delete deposits[id];
    }

    /// @dev Never reverts: any layer may send any message to L1, and none may keep an epoch from settling. Vault
    /// accounting in the circuit gives no layer an asset that was not deposited, so an unknown asset cannot occur; if
    /// it did, it would be worth nothing.
    function _credit(ItemHeader header, uint256 recipient, uint256 knownAssets) private {
        uint256 asset = header.asset();
        uint256 amount = header.amount();
        if (asset == Constants.ASSET_NONE || asset > knownAssets || amount == 0) return;
        credits[address(uint160(recipient))][asset] += amount;
    }

    function _claim(uint256 asset, address recipient) private returns (uint256 amount) {
        amount = credits[msg.sender][asset];
        if (amount == 0) revert NothingToClaim(msg.sender, asset);
        delete credits[msg.sender][asset];
        emit CreditClaimed(msg.sender, asset, recipient, amount);
        _release(asset, recipient, amount);
    }

    function _requireInField(uint256 value) private pure {
        if (value >= Constants.FIELD_MODULUS) revert NotInField(Constants.FIELD_MODULUS, value);
    }
}
