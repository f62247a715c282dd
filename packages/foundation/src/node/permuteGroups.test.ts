import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELD_MODULUS, fieldToBytes } from "../field.ts";
import { compress, poseidon2Permutation } from "../poseidon2.ts";
import { GROUP_BYTES, permuteGroups } from "./permuteGroups.ts";

const edges = [0n, 1n, 2n ** 51n - 1n, 2n ** 51n, 2n ** 204n, FIELD_MODULUS >> 1n, (FIELD_MODULUS >> 1n) + 1n];
const element = fc.oneof(
  fc.bigInt(0n, FIELD_MODULUS - 1n),
  fc.constantFrom(...edges, ...edges.map((edge) => FIELD_MODULUS - 1n - edge)),
);
const groups = fc.array(fc.tuple(element, element, element, element), { minLength: 1, maxLength: 300 });

test("groups are permuted as one by one, however many there are", () => {
  fc.assert(
    fc.property(groups, (given) => {
      const bytes = new Uint8Array(given.length * GROUP_BYTES);
      for (const [i, value] of given.flat().entries()) bytes.set(fieldToBytes(value), 32 * i);
      for (const hash of ["compression", "sponge"] as const) {
        const results = new Uint8Array(given.length * 32);
        permuteGroups(bytes, results, hash);
        const expected = given.map((group) =>
          hash === "sponge" ? poseidon2Permutation(group)[0] : compress(...group),
        );
        expect(Buffer.from(results)).toEqual(Buffer.concat(expected.map(fieldToBytes)));
      }
    }),
    { numRuns: 30 },
  );
});
