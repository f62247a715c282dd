/** As many decimal digits as 2^128 has. */
const DIGITS = 39;

/**
 * An integer from 0 to 2^128 - 1 in the form in which columns take it: 39 decimal digits. PostgreSQL keeps it as
 * `numeric`; SQLite keeps the text, whose order is that of the numbers. A number of SQLite would lose what is above
 * 2^63.
 */
export function integerToText(value: bigint): string {
  return value.toString().padStart(DIGITS, "0");
}

/** The integer in a column. */
export function textToInteger(text: string): bigint {
  return BigInt(text);
}
