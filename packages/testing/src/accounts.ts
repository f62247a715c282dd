import { type Field, type Point, publicKeyOf } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { UnknownAccountError } from "./errors.ts";

type Addresses<N extends number, Made extends readonly Field[] = readonly []> = number extends N
  ? readonly Field[]
  : Made["length"] extends N
    ? Made
    : Addresses<N, readonly [...Made, Field]>;

/** The keys with which an account signs. */
export type Keys = { readonly secret: bigint; readonly publicKey: Point };

/** The keys of all accounts that were asked for, by their addresses, in order. */
const known = new Map<Field, Keys>();

/**
 * The addresses of the first `count` accounts, at most 100: always the same ones, in every world and on every layer.
 *
 * @example
 * const [ada, bo] = accounts(2);
 */
export function accounts<const N extends number>(count: N): Addresses<N> {
  if (!Number.isInteger(count) || count < 0 || count > MOST_ACCOUNTS)
    throw new RangeError(`There are 0 to ${MOST_ACCOUNTS} accounts, not ${count}. Ask for fewer.`);
  while (known.size < count) {
    const secret = BigInt(known.size + 1);
    const publicKey = publicKeyOf(secret);
    known.set(addressOf(publicKey), { secret, publicKey });
  }
  return knownAccounts().slice(0, count) as readonly Field[] as Addresses<N>;
}

const MOST_ACCOUNTS = 100;

/** All accounts that were asked for so far. */
export const knownAccounts = (): readonly Field[] => [...known.keys()];

/** @throws {@link UnknownAccountError} */
export function keysOf(address: Field): Keys {
  const keys = known.get(address);
  if (keys === undefined) throw new UnknownAccountError(address);
  return keys;
}
