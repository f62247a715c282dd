import { expect, test } from "vitest";
import { findInTypeScript } from "./findInTypeScript.ts";
import { applyEdit } from "./mutant.ts";

const SOURCE = `
export const order = (call: Call): Outcome => {
  if (call.time < now) return refuse("late");
  if (call.fee < 0n || (call.fee > most && isOpen)) {
    throw new Error("fee");
  }
  if (call.isFree) return accept();
  if (call.isFree) {
    count += 1;
    throw new Error("free");
  }
  checkTurn(call);
  if (!replays) quota.check(call);
  checkered(call);
  const checked = checkTurn(call);
  return call.fee === 0n ? refuse("free") : accept();
};
const isUint = (value: number): boolean => Number.isInteger(value) && value >= 0;
function isOfType(value: unknown): boolean {
  if (value === undefined) return value === 1 || value === 2;
  return isUint(value);
}
class Compiler {
  line(id: number): string {
    return \`\${failIf("x > 1")} v\${id} = x;\`;
  }
}
`;

const NAMES = { refusals: ["refuse"], predicates: ["isUint", "isOfType"], checkTexts: ["failIf"] };

test("conditions of refusals, operands of predicates, calls that demand, and texts of checks", () => {
  expect(findInTypeScript(SOURCE, NAMES).map(({ within, text }) => `${within}: ${text}`)).toEqual([
    "order: call.time < now",
    "order: call.fee < 0n",
    "order: (call.fee > most && isOpen)",
    "order: checkTurn(call);",
    "order: quota.check(call);",
    "isUint: Number.isInteger(value)",
    "isUint: value >= 0",
    "isOfType: value === 1 || value === 2",
    'line: failIf("x > 1")',
  ]);
});

test("each makes the source accept more", () => {
  const mutated = findInTypeScript(SOURCE, NAMES).map(({ edit }) => applyEdit(SOURCE, edit));
  expect(mutated[1]).toContain("if (false || (call.fee > most && isOpen)) {");
  expect(mutated[4]).toContain("if (!replays) ;");
  expect(mutated[6]).toContain("Number.isInteger(value) && true;");
  expect(mutated[8]).toContain(`return \`\${""} v`);
});

test("without names, only what throws and what demands", () => {
  expect(findInTypeScript(SOURCE)).toHaveLength(4);
});
