import { FIELD_MODULUS, InvalidFieldError, negatePoint, poseidon2Hash, publicKeyOf } from "@frond/foundation";
import { expect, test } from "vitest";
import {
  addressOf,
  NO_LINK,
  packTransaction,
  signTransaction,
  type Transaction,
  TransactionRangeError,
  transactionHash,
  verifyTransactions,
} from "./transaction.ts";

const unsigned = { layerId: 11n, method: 2, args: [5n, 0n, 7n], nonce: 3, maxFee: 10n, expiry: 100 };
const signed = signTransaction(unsigned, 1234n);

test("a signed transaction verifies, and its hash is what docs/protocol.md says", () => {
  expect(verifyTransactions([signed])).toEqual([true]);
  const { publicKey, signature } = signed;
  const packed = 2n + 3n * 2n ** 8n + 100n * 2n ** 40n + 10n * 2n ** 88n;
  expect(packTransaction(signed)).toBe(packed);
  expect(transactionHash(signed)).toBe(
    poseidon2Hash([signature.r.x, 11n, publicKey.x, publicKey.y, packed, 0n, 0n, 0n, 5n, 0n, 7n]),
  );
  expect(addressOf(publicKey)).toBe(poseidon2Hash([publicKey.x, publicKey.y]));
});

test("a leg's hash covers its link", () => {
  const link = { id: 21n, index: 1, previous: 22n, next: 23n };
  const leg = signTransaction({ ...unsigned, link }, 1234n);
  const { publicKey, signature } = leg;
  expect(verifyTransactions([leg])).toEqual([true]);
  expect(transactionHash(leg)).toBe(
    poseidon2Hash([
      signature.r.x,
      11n,
      publicKey.x,
      publicKey.y,
      packTransaction(signed) + 2n ** 152n,
      21n,
      22n,
      23n,
      5n,
      0n,
      7n,
    ]),
  );
});

test("a transaction that is signed without a link has none", () => {
  expect(signed.link).toEqual(NO_LINK);
  expect(signTransaction({ ...unsigned, link: NO_LINK }, 1234n)).toEqual(signed);
});

const changes: Record<string, Partial<Transaction>> = {
  layerId: { layerId: 12n },
  method: { method: 3 },
  "an argument": { args: [5n, 0n, 8n] },
  "one argument more": { args: [5n, 0n, 7n, 0n] },
  "one argument fewer": { args: [5n, 0n] },
  nonce: { nonce: 4 },
  maxFee: { maxFee: 11n },
  expiry: { expiry: 101 },
  "the link's id": { link: { ...NO_LINK, id: 1n } },
  "the link's index": { link: { ...NO_LINK, index: 1 } },
  "the link's previous": { link: { ...NO_LINK, previous: 1n } },
  "the link's next": { link: { ...NO_LINK, next: 1n } },
  publicKey: { publicKey: publicKeyOf(1235n) },
  "the sign of r": { signature: { r: negatePoint(signed.signature.r), s: signed.signature.s } },
  s: { signature: { r: signed.signature.r, s: signed.signature.s + 1n } },
};

test.each(Object.keys(changes))("changing %s breaks the signature", (name) => {
  expect(verifyTransactions([{ ...signed, ...changes[name] }])).toEqual([false]);
});

test("a value by the modulus larger, which is the same field, is refused", () => {
  expect(() => verifyTransactions([{ ...signed, layerId: 11n + FIELD_MODULUS }])).toThrow(InvalidFieldError);
  expect(() => verifyTransactions([{ ...signed, args: [5n - FIELD_MODULUS, 0n, 7n] }])).toThrow(InvalidFieldError);
});

test.each([
  { method: 256 },
  { method: -1 },
  { method: 0.5 },
  { nonce: 2 ** 32 },
  { nonce: Number.NaN },
  { expiry: -1 },
  { expiry: 2 ** 48 },
  { maxFee: 1n << 64n },
  { maxFee: -1n },
  { link: { ...NO_LINK, index: 256 } },
])("%o is out of range", (change) => {
  expect(() => packTransaction({ ...unsigned, ...change })).toThrow(TransactionRangeError);
  expect(() => signTransaction({ ...unsigned, ...change }, 1234n)).toThrow(TransactionRangeError);
});

test("the largest values fit without touching each other", () => {
  const link = { ...NO_LINK, index: 255 };
  const largest = { method: 255, nonce: 2 ** 32 - 1, expiry: 2 ** 48 - 1, maxFee: (1n << 64n) - 1n, link };
  expect(packTransaction(largest)).toBe((1n << 160n) - 1n);
});

test("known values", () => {
  expect(signed).toMatchInlineSnapshot(`
    {
      "args": [
        5n,
        0n,
        7n,
      ],
      "expiry": 100,
      "layerId": 11n,
      "link": {
        "id": 0n,
        "index": 0,
        "next": 0n,
        "previous": 0n,
      },
      "maxFee": 10n,
      "method": 2,
      "nonce": 3,
      "publicKey": {
        "x": 17220485382633208453385437489295168748039659209984664404245529513874561816721n,
        "y": 7760488666675119278457457977921702216514312972908323053893045204137928695790n,
      },
      "signature": {
        "r": {
          "x": 2468696394032609723525450614734179015251862485553080484177390435112732342620n,
          "y": 2220530917906288299624895211318388857003903151253086279578504250810651221973n,
        },
        "s": 9101847518814359199405486079569155457642191977747219271639277714730381295352n,
      },
    }
  `);
});
