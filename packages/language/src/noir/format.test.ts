import { describe, expect, test } from "vitest";
import {
  array,
  at,
  call,
  difference,
  type Expression,
  equation,
  member,
  name,
  not,
  number,
  product,
  sum,
} from "./expressions.ts";
import { formatFunction } from "./format.ts";
import { assign, declare, type Statement } from "./statements.ts";

const [a, b, c] = ["a", "b", "c"].map(name) as [Expression, Expression, Expression];
const LONG = Array.from({ length: 12 }, (_, i) => name(`condition_of_method_${i}`));

function format(...body: Statement[]): string[] {
  const parameters = [["a", "Field"]] as const;
  const text = formatFunction({ comment: "f()", isPublic: false, name: "f", parameters, result: "Field", body });
  return text.split("\n").slice(2, -1);
}

describe("an expression has no superfluous part", () => {
  test.each<[string, Expression]>([
    ["a", sum(number(0), a, number(0))],
    ["b - a", difference(number(0), a, number(0)) && sum(difference(number(0), a), b)],
    ["0 - a", difference(number(0), a)],
    ["0", sum()],
    ["a", product(number(1), a)],
    ["0", product(a, number(0))],
    ["a * (1 - b)", product(a, not(b))],
    ["a - (b - c)", difference(a, difference(b, c))],
    ["a + b - c", sum(a, difference(b, c))],
    ["(a + b) * c == 0", equation(product(sum(a, b), c), number(0))],
    ["(a * b).fits", member(product(a, b), "fits")],
    ["a[3][b]", at(a, 3, b)],
    ["0x100000000", number(1n << 32n)],
    ["0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000", number(-1)],
  ])("%s", (text, expression) => {
    expect(format({ kind: "do", value: expression })).toEqual([`    ${text};`]);
  });
});

describe("what is longer than a line is broken as `nargo fmt` does", () => {
  test("a sum has a term a line", () => {
    expect(format(declare("total", difference(sum(...LONG.slice(0, 5)), product(a, b))))).toEqual([
      "    let total = condition_of_method_0",
      "        + condition_of_method_1",
      "        + condition_of_method_2",
      "        + condition_of_method_3",
      "        + condition_of_method_4",
      "        - a * b;",
    ]);
  });

  test("a call has an argument a line, and an argument is broken, too", () => {
    const argument = array(LONG.slice(0, 5));
    expect(format(assign(member(a, "sent"), call(b, argument, product(sum(...LONG.slice(0, 6)), c)), "+="))).toEqual([
      "    a.sent += b(",
      "        [",
      ...LONG.slice(0, 5).map((_, i) => `            condition_of_method_${i},`),
      "        ],",
      "        (",
      "            condition_of_method_0",
      ...LONG.slice(1, 6).map((_, i) => `                + condition_of_method_${i + 1}`),
      "        )",
      "            * c,",
      "    );",
    ]);
  });

  test("a record has a field a line", () => {
    const fields = LONG.slice(0, 5).map((value, i) => [`field_${i}`, value] as const);
    const value: Expression = { kind: "record", type: name("Sent"), fields: [["a", a], ...fields] };
    expect(format({ kind: "do", value })).toEqual([
      "    Sent {",
      "        a,",
      ...fields.map((_, i) => `        field_${i}: condition_of_method_${i},`),
      "    };",
    ]);
  });

  test("a comment goes on in the next line, even without a space", () => {
    const [first, ...others] = format({ kind: "comment", text: `${"word ".repeat(30)}${"x".repeat(150)}` });
    expect(first).toMatch(/^ {4}\/\/ (word )+word$/);
    expect(others.map((line) => line.length <= 120 && line.startsWith("    //     "))).toEqual([true, true, true]);
  });
});
