// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

interface ISettlement {
    function claim(uint256 asset, uint256 amount, address recipient, uint256 minimum) external returns (uint256);
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
        settlement.claim(1, type(uint256).max, address(this), 0);
    }

    receive() external payable {
        if (swallow) {
            try settlement.claim(1, type(uint256).max, address(this), 0) {} catch {}
        } else {
            settlement.claim(1, type(uint256).max, address(this), 0);
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
        settlement.claim(1, type(uint256).max, address(this), 0);
    }
}

/// @notice Accepts ether and returns a hundred kilobytes.
contract BombingReceiver {
    receive() external payable {
        assembly {
            return(0, 100000)
        }
    }
}

/// @notice Deposits for others, as a router does.
contract Router {
    function deposit(address settlement, uint256 layer, uint256 recipient, address refundTo) external payable {
        (bool done, bytes memory reason) = settlement.call{value: msg.value}(
            abi.encodeWithSignature("depositEther(uint256,uint256,address)", layer, recipient, refundTo)
        );
        require(done, string(reason));
    }
}

/// @notice A verifier that says no instead of reverting.
contract RefusingVerifier {
    function verify(bytes calldata, bytes32[] calldata) external pure returns (bool) {
        return false;
    }
}
