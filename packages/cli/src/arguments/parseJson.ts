/** A number in JSON that is not what was written: JavaScript holds whole numbers below 2^53 exactly. */
export class InexactNumberError extends Error {}

/**
 * Parses JSON whose numbers are whole and exact.
 * @throws SyntaxError, {@link InexactNumberError}
 */
export function parseJsonExactly(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    throw new InexactNumberError(
      `the number ${key === "" ? "" : `of ${key} `}is no whole number below 2^53; write it as text, such as "0.5ether"`,
    );
  });
}
