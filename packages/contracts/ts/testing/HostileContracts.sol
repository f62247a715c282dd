// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

interface ISettlement {
    function depositToken(address token, uint256 amount, uint256 layer, uint256 recipient) external returns (uint256);
    function claim(uint256 asset) external returns (uint256);
}

/// @notice Keeps a hundredth of every transfer.
contract FeeToken is ERC20("Fee", "FEE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) return super._update(from, to, amount);
        super._update(from, address(0xfee), amount / 100);
        super._update(from, to, amount - amount / 100);
    }
}

/// @notice Moves nothing and returns false, once told to.
contract FalseToken is ERC20("False", "FALSE") {
    bool private broken;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setBroken(bool broken_) external {
        broken = broken_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return broken ? false : super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return broken ? false : super.transferFrom(from, to, amount);
    }
}

/// @notice Returns nothing from its transfers, as early tokens do.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Deposits again in the middle of a deposit, so that the balance difference would count twice.
contract ReentrantToken is ERC20("Reentrant", "RE") {
    bool private entered;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
        _approve(address(this), msg.sender, type(uint256).max);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (!entered) {
            entered = true;
            _mint(address(this), amount);
            _approve(address(this), msg.sender, amount);
            ISettlement(msg.sender).depositToken(address(this), amount, 1, 1);
        }
        return super.transferFrom(from, to, amount);
    }
}

/// @notice Reports a balance of its holder's choosing.
contract LyingToken {
    mapping(address => uint256) public balanceOf;

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balanceOf[to] += amount;
        return true;
    }

    function forget(address holder) external {
        balanceOf[holder] = 0;
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }
}

/// @notice Claims again while it is being paid.
contract ReentrantClaimer {
    ISettlement private immutable settlement;
    bool public swallow;

    constructor(address settlement_) {
        settlement = ISettlement(settlement_);
    }

    /// @param swallow_ Whether to catch the failure of the inner claim and accept the payment.
    function attack(bool swallow_) external {
        swallow = swallow_;
        settlement.claim(1);
    }

    receive() external payable {
        if (swallow) {
            try settlement.claim(1) {} catch {}
        } else {
            settlement.claim(1);
        }
    }
}

/// @notice Owns credits and refuses ether.
contract RefusingClaimer {
    ISettlement private immutable settlement;

    constructor(address settlement_) {
        settlement = ISettlement(settlement_);
    }

    function claim() external {
        settlement.claim(1);
    }
}
