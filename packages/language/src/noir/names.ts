import { LIBRARY } from "./items.ts";

/** The words of Noir, what a generated function has besides its parameters, and what generated modules import. */
const RESERVED = new Set([
  ...(
    "as assert assert_eq bool break call call_data char comptime constrain context continue contract crate dep effects " +
    "else enum expr false Field fn for fmtstr global if impl in let loop match mod module mut none pub quote quoted " +
    "return return_data Self self str struct super trait true type unchecked unconstrained unquote unsafe use where " +
    "while i8 i16 i32 i64 u1 u8 u16 u32 u64 u128 i128 " +
    "Call Effects execute handle entry_words after_fee std frond"
  ).split(" "),
  ...Object.keys(LIBRARY),
]);

/** Converts `amountIn` to `amount_in`. The values of a bare array have numbers as names, which Noir does not accept. */
export function snakeCase(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/^(?=[0-9])/, "part_")
    .toLowerCase();
  return RESERVED.has(snake) || RESERVED.has(name) ? `${snake}_` : snake;
}

/** Makes names that are unique and not among the `others`: a taken name gets a number. */
export function createNames(others: Iterable<string> = []): (wish: string) => string {
  const taken = new Set(others);
  return (wish) => {
    const name = snakeCase(wish);
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name.replace(/_$/, "")}_${i}`;
    taken.add(free);
    return free;
  };
}
