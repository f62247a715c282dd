import { expect, test } from "vitest";
import { findInSolidity } from "./findInSolidity.ts";
import { applyEdit } from "./mutant.ts";

const SOURCE = `contract Vault {
    error Wrong(uint256 expected);
    constructor(address owner_) {
        if (owner_ == address(0)) {
            revert Wrong(0); // if (x) revert Wrong(1);
        }
    }
    function pay(uint256 amount, address to) external payable nonReentrant onlyOwner returns (uint256) {
        require(amount > 0, "nothing; (");
        if (amount > limit || (to == address(0) || to == address(this))) revert Wrong(limit);
        else if (amount == 1) revert Wrong(1);
        if (to == proposer) return 0;
        _requireOpen(amount);
        _transfer(to, amount);
        (bool sent,) = to.call{value: amount}("");
        try verifier.verify(amount) returns (bool valid) {
            if (!valid) revert Wrong(2);
        } catch (bytes memory reason) {
            revert Wrong(3);
        }
        return amount;
    }
    function _requireOpen(uint256) private view {
        if (open) return;
        emit Closed();
        revert Wrong(4);
    }
}
`;

test("conditions operand by operand, bare reverts, calls that demand, and modifiers", () => {
  expect(findInSolidity(SOURCE).map(({ within, text }) => `${within}: ${text}`)).toEqual([
    "constructor: owner_ == address(0)",
    "pay: nonReentrant",
    "pay: onlyOwner",
    'pay: require(amount > 0, "nothing; (")',
    "pay: amount > limit",
    "pay: (to == address(0) || to == address(this))",
    "pay: amount == 1",
    "pay: _requireOpen(amount)",
    "pay: !valid",
    "pay: revert Wrong(3)",
    "_requireOpen: open",
    "_requireOpen: revert Wrong(4)",
  ]);
});

test("a condition becomes false, so that what follows it stays valid", () => {
  const mutated = findInSolidity(SOURCE).map(({ edit }) => applyEdit(SOURCE, edit));
  expect(mutated[0]).toContain("if (false) {\n            revert Wrong(0);");
  expect(mutated[4]).toContain("if (false || (to == address(0) || to == address(this))) revert Wrong(limit);");
  expect(mutated[6]).toContain("else if (false) revert Wrong(1);");
});
