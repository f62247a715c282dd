import { BackendType, BarretenbergSync } from "@aztec/bb.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesToField, FIELD_MODULUS, fieldToBytes, InvalidFieldError } from "./field.ts";
import { compress, poseidon2Hash, poseidon2Permutation } from "./poseidon2.ts";

const barretenberg = await BarretenbergSync.new({ backend: BackendType.Wasm });
const fields = fc.oneof(
  fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n }),
  fc.constantFrom(0n, 1n, FIELD_MODULUS - 1n, FIELD_MODULUS - 2n, (1n << 64n) - 1n, 1n << 253n, (1n << 29n) - 1n),
);

test("the permutation is Barretenberg's", () => {
  fc.assert(
    fc.property(fc.tuple(fields, fields, fields, fields), (state) => {
      const { outputs } = barretenberg.poseidon2Permutation({ inputs: state.map(fieldToBytes) });
      expect(poseidon2Permutation(state)).toEqual(outputs.map(bytesToField));
    }),
    { numRuns: 500 },
  );
});

test("the hash is Barretenberg's, at every length", () => {
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1, maxLength: 40 }), (inputs) => {
      const { hash } = barretenberg.poseidon2Hash({ inputs: inputs.map(fieldToBytes) });
      expect(poseidon2Hash(inputs)).toBe(bytesToField(hash));
    }),
    { numRuns: 200 },
  );
});

test("known values", () => {
  expect({
    permutation: poseidon2Permutation([0n, 1n, 2n, 3n]),
    hash: poseidon2Hash([1n, 2n, 3n, 4n]),
    empty: poseidon2Hash([]),
    compressed: compress(1n, 2n, 3n, 4n),
  }).toMatchInlineSnapshot(`
    {
      "compressed": 15505005361706012551741834895355031099510014664842462842053262257331543442866n,
      "empty": 11250791130336988991462250958918728798886439319225016858543557054782819955502n,
      "hash": 8615049788434614272061777381929479688528564767750167561409097996914085376441n,
      "permutation": [
        786823568102245344938517132468097745676732687098822989626730198331658606391n,
        16105493617470833344375945651585194737369509580406730765188791202038211593826n,
        2169165722086073256768101917994796590773204847633762971322389403847680713675n,
        20837792685223053096472825292260687493226094382304778455120670180090619921530n,
      ],
    }
  `);
});

test("the length is part of what is hashed", () => {
  expect(poseidon2Hash([1n])).not.toBe(poseidon2Hash([1n, 0n]));
});

test("compression adds its first input to the permutation", () => {
  expect(compress(5n, 6n, 7n, 8n)).toBe((poseidon2Permutation([5n, 6n, 7n, 8n])[0] + 5n) % FIELD_MODULUS);
});

test.each([-1n, FIELD_MODULUS, FIELD_MODULUS + 1n, 1n << 256n])(
  "%s, which is no field element, is never hashed",
  (bad) => {
    expect(() => poseidon2Hash([1n, 2n, 3n, bad])).toThrow(InvalidFieldError);
    expect(() => poseidon2Permutation([1n, bad, 3n, 4n])).toThrow(InvalidFieldError);
    expect(() => compress(1n, 2n, 3n, bad)).toThrow(InvalidFieldError);
  },
);

test("one hash leaves nothing behind for the next", () => {
  const before = poseidon2Hash([1n]);
  poseidon2Hash([FIELD_MODULUS - 1n, FIELD_MODULUS - 1n, FIELD_MODULUS - 1n, FIELD_MODULUS - 1n]);
  expect(() => poseidon2Hash([7n, -1n])).toThrow(InvalidFieldError);
  expect(poseidon2Hash([1n])).toBe(before);
});
