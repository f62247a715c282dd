// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that everybody can mint, to be spoiled.
abstract contract MintableToken is ERC20("Hostile", "HOSTILE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps a hundredth of every transfer, from what the recipient gets.
contract FeeToken is MintableToken {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) return super._update(from, to, amount);
        super._update(from, address(0xfee), amount / 100);
        super._update(from, to, amount - amount / 100);
    }
}

/// @notice Takes a hundredth of every transfer from the sender, besides what the recipient gets.
contract FeeOnTopToken is MintableToken {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0)) super._update(from, address(0xfee), amount / 100);
    }
}

/// @notice Balances are shares of what there is, which grows and shrinks by itself.
contract RebasingToken is MintableToken {
    uint256 private percent = 100;

    function rebase(uint256 percent_) external {
        percent = percent_;
    }

    function balanceOf(address owner) public view override returns (uint256) {
        return super.balanceOf(owner) * percent / 100;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount * 100 / percent);
    }
}

/// @notice Behaves until it is told otherwise.
contract MoodyToken is MintableToken {
    enum Mood {
        Honest,
        ReturnsFalse,
        ReturnsGarbage,
        Reverts,
        BurnsGas,
        ReturnsBomb,
        RevertsWithBomb,
        BalanceReverts,
        BalanceBurnsGas,
        BalanceReturnsNothing
    }

    Mood private mood;
    mapping(address => bool) private isBlocked;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function setBlocked(address owner, bool blocked) external {
        isBlocked[owner] = blocked;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _behave() && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return _behave() && super.transferFrom(from, to, amount);
    }

    function balanceOf(address owner) public view override returns (uint256) {
        if (mood == Mood.BalanceReverts) revert("paused");
        if (mood == Mood.BalanceBurnsGas) _burnGas();
        if (mood == Mood.BalanceReturnsNothing) {
            assembly {
                return(0, 0)
            }
        }
        return super.balanceOf(owner);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!isBlocked[from] && !isBlocked[to], "blocked");
        super._update(from, to, amount);
    }

    function _behave() private view returns (bool) {
        if (mood == Mood.Reverts) revert("paused");
        if (mood == Mood.BurnsGas) _burnGas();
        if (mood == Mood.ReturnsGarbage) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        if (mood == Mood.ReturnsBomb) {
            assembly {
                return(0, 100000)
            }
        }
        if (mood == Mood.RevertsWithBomb) {
            assembly {
                revert(0, 100000)
            }
        }
        return mood != Mood.ReturnsFalse;
    }

    function _burnGas() private pure {
        assembly {
            invalid()
        }
    }
}

/// @notice Returns nothing, and changes an allowance only to or from 0, as USDT does.
contract TetherToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        require(amount == 0 || allowance[msg.sender][spender] == 0);
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

/// @notice Refuses to approve nothing, as BNB does.
contract NoZeroApprovalToken is MintableToken {
    function approve(address spender, uint256 amount) public override returns (bool) {
        require(amount > 0);
        return super.approve(spender, amount);
    }
}

/// @notice Approves nothing, and says so by false, or does not even say so.
contract NoApprovalToken is MintableToken {
    bool private immutable answer;

    constructor(bool answer_) {
        answer = answer_;
    }

    function approve(address, uint256) public view override returns (bool) {
        return answer;
    }
}

/// @notice Has any number of decimals.
contract DecimalsToken is MintableToken {
    uint8 private immutable places;

    constructor(uint8 places_) {
        places = places_;
    }

    function decimals() public view override returns (uint8) {
        return places;
    }
}

/// @notice Makes some call in the middle of each transfer, and hands on its failure.
contract ReentrantToken is MintableToken {
    address private target;
    bytes private data;

    function setCall(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
        if (target_ != address(0)) _approve(address(this), target_, type(uint256).max);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from == address(0) || target == address(0)) return;
        (bool done, bytes memory reason) = target.call(data);
        if (done) return;
        assembly {
            revert(add(reason, 32), mload(reason))
        }
    }
}

/// @notice Reports a balance of its holder's choosing.
contract LyingToken {
    mapping(address => uint256) public balanceOf;

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balanceOf[to] += amount;
        return true;
    }

    function setBalance(address holder, uint256 balance) external {
        balanceOf[holder] = balance;
    }

    function allowance(address, address) external pure returns (uint256) {
        return type(uint256).max;
    }
}

/// @notice Writes the logs of Settlement in its own name: a deposit to layer 66, a payment of 66.
contract ForgingToken is MintableToken {
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
    event CreditClaimed(
        address indexed owner,
        uint256 indexed asset,
        address recipient,
        uint256 amount,
        uint256 paid
    );

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        emit DepositQueued(66, 66, 1, 66, 66, 66, 66, from);
        emit CreditClaimed(to, 1, to, 66, 66);
    }
}

/// @notice Has another contract by which its balances are used, too, as TUSD and SNX had.
contract TwoEntryToken is MintableToken {
    address private entry;

    function setEntry(address entry_) external {
        entry = entry_;
    }

    function move(address from, address to, uint256 amount) external {
        require(msg.sender == entry);
        _transfer(from, to, amount);
    }
}

/// @notice The other entry of a token.
contract SecondEntry {
    TwoEntryToken private immutable token;

    constructor(TwoEntryToken token_) {
        token = token_;
    }

    function balanceOf(address owner) external view returns (uint256) {
        return token.balanceOf(owner);
    }

    function allowance(address, address) external pure returns (uint256) {
        return type(uint256).max;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        token.move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        token.move(from, to, amount);
        return true;
    }
}

/// @notice Destroys itself.
contract DestructibleToken is MintableToken {
    function destroy() external {
        selfdestruct(payable(msg.sender));
    }
}
