import { publicKeyOf } from "@frond/foundation";
import { expect, test } from "vitest";
import { BundleError, type BundleLeg, bundleId, isBundle, linkBundle, linkMessagesOf } from "./bundle.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import { addressOf, signTransaction, type Transaction, verifyTransactions } from "./transaction.ts";

const secret = 1234n;
const publicKey = publicKeyOf(secret);
const leg = (layerId: bigint): BundleLeg => ({
  layerId,
  method: 1,
  args: [layerId * 2n, 7n],
  nonce: 3,
  maxFee: 9n,
  expiry: 50,
  publicKey,
});
const legs = [leg(30n), leg(10n), leg(20n)];
const sign = (unsigned: readonly BundleLeg[]): Transaction[] => unsigned.map((one) => signTransaction(one, secret));
const bundle = sign(linkBundle(legs));

test("the legs of a bundle name their neighbours and verify", () => {
  const id = bundleId(legs);
  expect(bundle.map(({ link }) => link)).toEqual([
    { id, index: 0, previous: 0n, next: 10n },
    { id, index: 1, previous: 30n, next: 20n },
    { id, index: 2, previous: 10n, next: 0n },
  ]);
  expect(verifyTransactions(bundle)).toEqual([true, true, true]);
  expect(bundleId(bundle)).toBe(id);
  expect(isBundle(bundle)).toBe(true);
});

test("what a leg produces is what the next one consumes", () => {
  const links = bundle.map(linkMessagesOf);
  expect(links[0]!.consumed).toBeUndefined();
  expect(links[2]!.produced).toBeUndefined();
  expect(links[1]!.consumed).toEqual(links[0]!.produced);
  expect(links[2]!.consumed).toEqual(links[1]!.produced);
  expect(links[1]!.produced).toEqual({
    from: 10n,
    to: 20n,
    time: 0,
    kind: MessageKind.bundle,
    asset: 0,
    amount: 1n,
    recipient: bundleId(legs),
    payload: addressOf(publicKey),
  });
});

test("a transaction by itself has no links", () => {
  expect(linkMessagesOf(signTransaction(leg(30n), secret))).toEqual({});
});

const changes: Record<string, Partial<BundleLeg>> = {
  layerId: { layerId: 11n },
  method: { method: 2 },
  "an argument": { args: [20n, 8n] },
  "one argument more": { args: [20n, 7n, 0n] },
  nonce: { nonce: 4 },
  maxFee: { maxFee: 8n },
  expiry: { expiry: 51 },
  publicKey: { publicKey: publicKeyOf(1235n) },
};

test.each(Object.keys(changes))("another %s of one leg is another bundle", (name) => {
  expect(bundleId([legs[0]!, { ...legs[1]!, ...changes[name] }, legs[2]!])).not.toBe(bundleId(legs));
});

test("legs that are not all of one bundle, or not in its order, are no bundle", () => {
  const [one, two, three] = bundle as [Transaction, Transaction, Transaction];
  expect(isBundle([one, two])).toBe(false);
  expect(isBundle([one])).toBe(false);
  expect(isBundle([two, one, three])).toBe(false);
  expect(isBundle([one, two, { ...three, args: [40n, 8n] }])).toBe(false);
  expect(isBundle([one, two, { ...three, link: { ...three.link, next: 5n } }])).toBe(false);
  expect(isBundle([one, two, two])).toBe(false);
});

test.each([
  ["one leg", legs.slice(0, 1)],
  ["too many legs", Array.from({ length: 17 }, (_, i) => leg(BigInt(i + 1)))],
  ["two legs on one layer", [leg(10n), leg(10n)]],
  ["legs of two accounts", [leg(10n), { ...leg(20n), publicKey: publicKeyOf(5n) }]],
])("%s can't be linked", (_, some) => {
  expect(() => linkBundle(some)).toThrow(BundleError);
});

test("the error says what to do", () => {
  expect(() => linkBundle([leg(10n), leg(10n)])).toThrowErrorMatchingInlineSnapshot(
    `[BundleError: The bundle has two legs on one layer. Do both in one method of that layer's application, or send them apart.]`,
  );
});
