import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesToInteger } from "../field.ts";
import { bn254 } from "./bn254.ts";
import { createScalars } from "./createScalars.ts";
import { grumpkin } from "./grumpkin.ts";

test.each([
  ["grumpkin", grumpkin.order],
  ["bn254", bn254.order],
])("nonces and responses modulo the order of %s are those of bigints", (_, order) => {
  const scalars = createScalars(order);
  const toBytes = (value: bigint) =>
    Uint8Array.from({ length: 64 }, (_, i) => Number((value >> BigInt(8 * (63 - i))) & 255n));
  const divisor = order - 1n;
  const edges = [0n, 1n, 15n, 1n << 64n, order >> 1n, order - 2n, order - 1n];
  const seeds = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 512n) - 1n }),
    fc.constantFrom(...edges, order, order + 1n, (1n << 512n) - 1n),
    // Around multiples of the divisor, where an estimate of a quotient goes wrong.
    fc
      .tuple(fc.bigInt({ min: 1n, max: (1n << 258n) - 1n }), fc.integer({ min: -2, max: 1 }))
      .map(([factor, more]) => factor * divisor + BigInt(more)),
  );
  const values = fc.oneof(fc.bigInt({ min: 0n, max: order - 1n }), fc.constantFrom(...edges));
  fc.assert(
    fc.property(seeds, values, values, (seed, challenge, secret) => {
      const nonce = scalars.toNonce(toBytes(seed));
      const expected = (seed % divisor) + 1n;
      expect(bytesToInteger(nonce.toReversed())).toBe(expected);
      const response = (expected - challenge * secret) % order;
      expect(scalars.respond(nonce, challenge, secret)).toBe(response < 0n ? response + order : response);
    }),
    { numRuns: 1000 },
  );
});
