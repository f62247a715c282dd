// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// The peer in the throughput benchmark: the swap of apps/exchange, as a contract with balances of its own.
contract Exchange {
    struct Account {
        uint128 base;
        uint128 quote;
    }

    mapping(address owner => Account) public accounts;
    uint128 public poolBase;
    uint128 public poolQuote;

    error InsufficientBalance();
    error BelowMinimum(uint256 amountOut, uint256 minimumOut);

    constructor(uint128 base, uint128 quote) {
        poolBase = base;
        poolQuote = quote;
    }

    function credit(address[] calldata owners, uint128 base, uint128 quote) external {
        for (uint256 i = 0; i < owners.length; i++) accounts[owners[i]] = Account(base, quote);
    }

    function swap(uint128 amountIn, uint128 minimumOut, bool sellBase) external {
        Account storage account = accounts[msg.sender];
        (uint256 reserveIn, uint256 reserveOut) = sellBase ? (poolBase, poolQuote) : (poolQuote, poolBase);
        uint256 amountInWithFee = uint256(amountIn) * 997;
        uint256 amountOut = amountInWithFee * reserveOut / (reserveIn * 1000 + amountInWithFee);
        if (amountOut < minimumOut) revert BelowMinimum(amountOut, minimumOut);
        if ((sellBase ? account.base : account.quote) < amountIn) revert InsufficientBalance();
        if (sellBase) {
            account.base -= amountIn;
            account.quote += uint128(amountOut);
            poolBase += amountIn;
            poolQuote -= uint128(amountOut);
        } else {
            account.quote -= amountIn;
            account.base += uint128(amountOut);
            poolQuote += amountIn;
            poolBase -= uint128(amountOut);
        }
    }
}
