// Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The numbers that circuits, nodes and this contract agree on.
library Constants {
    uint256 internal constant FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant AGGREGATE_PUBLIC_INPUTS = 7;
    uint256 internal constant AMOUNT_BITS = 128;
    uint256 internal constant BLOCK_KEYS_DEPTH = 2;
    uint256 internal constant BLOCK_PUBLIC_INPUTS = 7;
    uint256 internal constant CHILDREN_DEPTH = 10;
    uint256 internal constant COUNTER_BITS = 32;
    uint256 internal constant ETHEREUM_ADDRESS_BITS = 160;
    uint256 internal constant LIST_CAPACITY = 256;
    uint256 internal constant MESSAGES_PER_BLOCK = 32;
    uint256 internal constant MESSAGE_FIELDS = 8;
    uint256 internal constant POINT_COUNTER_BITS = 16;
    uint256 internal constant POINT_Y_BITS = 252;
    uint256 internal constant PROOF_FIELDS = 410;
    uint256 internal constant SETTLEMENT_PUBLIC_INPUTS = 6;
    uint256 internal constant STATE_DEPTH = 14;
    uint256 internal constant TIME_BITS = 48;
    uint256 internal constant TREE_SIBLINGS = 3;
    uint256 internal constant VAULT_DEPTH = 8;
    uint256 internal constant VERIFICATION_KEY_FIELDS = 115;
    uint256 internal constant WORDS_PER_ITEM = 4;
    uint256 internal constant ACCOUNTS_MAP = 0;
    uint256 internal constant ASSET_ETHER = 1;
    uint256 internal constant ASSET_NONE = 0;
    uint256 internal constant BLOCK_SIGNATURE_DOMAIN = 147573952589676412928;
    uint256 internal constant CONSUMED_BY_L1 = 1;
    uint256 internal constant ENTRY_KEY_DOMAIN = 18446744073709551616;
    uint256 internal constant FIRST_EPOCH = 1;
    uint256 internal constant FIRST_TIME = 1;
    uint256 internal constant FLAG_FROZEN = 1;
    uint256 internal constant L1_LAYER_ID = 0;
    uint256 internal constant LAST_TIME = 281474976710655;
    uint256 internal constant MAX_DRIFT_MILLISECONDS = 2000;
    uint256 internal constant POINT_DOMAIN = 36893488147419103232;
    uint256 internal constant PRODUCED_BY_L1 = 0;
    uint256 internal constant KIND_DEPOSIT = 1;
    uint256 internal constant KIND_WITHDRAWAL = 2;
    uint256 internal constant KIND_CALL = 3;
    uint256 internal constant KIND_BOUNCE = 4;
    uint256 internal constant KIND_DATA = 5;
    uint256 internal constant KIND_FREEZE = 6;
    uint256 internal constant KIND_FORCED = 7;
    uint256 internal constant KIND_BUNDLE = 8;
    uint256 internal constant DATA_ROLLUP = 0;
    uint256 internal constant DATA_VALIDIUM = 1;
    uint256 internal constant DATA_VOLITION = 2;
    uint256 internal constant STEP_NONE = 0;
    uint256 internal constant STEP_BLOCK = 1;
    uint256 internal constant STEP_AGGREGATE = 2;
    uint256 internal constant STEP_REGISTER = 3;
    uint256 internal constant STEP_FREEZE = 4;
}
