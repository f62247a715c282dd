import { expect, test } from "vitest";
import { findInNoir } from "./findInNoir.ts";
import { applyEdit } from "./mutant.ts";

const SOURCE = `use crate::hash::hash;
global BITS: u32 = 8;

/// assert(in_a_comment);
pub struct Thing {
    pub value: Field,
}

impl<let N: u32> Thing<N> {
    fn check(self, words: [Field; 3], other: fn(Field, Field) -> Field) -> Field {
        let mut sum = hash(words);
        assert(
            self.value == 1, // assert(false);
            "thing: (a string; with { brackets",
        );
        self.value.assert_max_bit_size::<BITS>();
        (sum * (self.value - 1)).assert_max_bit_size::<BITS - 1>();
        if sum == 0 {
            assert_eq(sum, words[0]);
        }
        // Safety: none.
        let hint = unsafe { other(1, 2) };
        sum += other(hint, 2);
        sum = other(sum, 2);
        for word in words {
            assert(word != 0);
            assert(word != 0);
        }
        Thing { value: sum }.check(words, other)
    }
}

fn main(x: Field) {
    thing().close(x, |y| { y + 1 });
}
`;

test("every statement that is only a call, and nothing else", () => {
  expect(findInNoir(SOURCE).map(({ within, text }) => [within, text])).toEqual([
    ["Thing::check", 'assert( self.value == 1, // assert(false); "thing: (a string; with { brackets", )'],
    ["Thing::check", "self.value.assert_max_bit_size::<BITS>()"],
    ["Thing::check", "(sum * (self.value - 1)).assert_max_bit_size::<BITS - 1>()"],
    ["Thing::check", "assert_eq(sum, words[0])"],
    ["Thing::check", "assert(word != 0)"],
    ["Thing::check", "assert(word != 0)"],
    ["main", "thing().close(x, |y| { y + 1 })"],
  ]);
});

test("takes out the whole statement", () => {
  const [first] = findInNoir(SOURCE);
  const mutated = applyEdit(SOURCE, first!.edit);
  expect(mutated).toContain("let mut sum = hash(words);\n        \n        self.value.assert_max_bit_size::<BITS>();");
  expect(findInNoir(mutated)).toHaveLength(6);
});
