import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addFields,
  bytesToField,
  FIELD_MODULUS,
  fieldToBytes,
  fieldToHex,
  hexToField,
  InvalidFieldError,
  isField,
  toField,
} from "./field.ts";

const fields = fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n });

test("text and bytes are read back as they were written", () => {
  fc.assert(
    fc.property(fields, (field) => {
      expect(hexToField(fieldToHex(field))).toBe(field);
      expect(bytesToField(fieldToBytes(field))).toBe(field);
    }),
  );
});

test("addition is that of the field", () => {
  fc.assert(fc.property(fields, fields, (a, b) => addFields(a, b) === (a + b) % FIELD_MODULUS));
});

test.each([-1n, FIELD_MODULUS, 1n << 256n, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  "%s is not a field element",
  (value) => {
    expect(() => toField(value)).toThrow(InvalidFieldError);
  },
);

test("only the one canonical text is read", () => {
  const good = fieldToHex(7n);
  const bad = ["", "0x7", "7", good.slice(2), `${good} `, ` ${good}`, `${good}0`, good.replace("0x", "0X"), `-${good}`];
  for (const text of [...bad, fieldToHex(10n).replace("a", "A"), fieldToHex(FIELD_MODULUS), `0x${"f".repeat(64)}`]) {
    expect(() => hexToField(text), text).toThrow(InvalidFieldError);
  }
  expect(() => hexToField(7 as unknown as string)).toThrow(InvalidFieldError);
  expect(() => bytesToField(new Uint8Array(31))).toThrow(InvalidFieldError);
  expect(() => bytesToField(new Uint8Array(32).fill(255))).toThrow(InvalidFieldError);
});

test("anything else is not a field element", () => {
  for (const value of [undefined, null, 1, "1", {}, [1n]]) expect(isField(value)).toBe(false);
});

test("the message says what to give instead", () => {
  expect(() => toField(-1n)).toThrowErrorMatchingInlineSnapshot(
    `[InvalidFieldError: \`-1\` is not a canonical field element. Give an integer from 0 up to the BN254 scalar modulus, or in text 0x and 64 lower-case hex digits.]`,
  );
});
