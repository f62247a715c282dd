import type { Field } from "@frond/foundation";

/** A transaction that was promised, and that a set-back has left without a place. */
export type ReturningItem = {
  readonly hash: Field;
  /** The address whose nonces it uses. */
  readonly account: Field;
  readonly nonce: number;
  /** The time of its first place ever. */
  readonly time: number;
  /** Whether it is a leg of a bundle: other layers depend on it. */
  readonly isLeg: boolean;
};

/** Items in the order of their times. An account's times rise with its nonces. */
export type Line<I extends ReturningItem> = {
  readonly count: number;
  get(hash: Field): I | undefined;
  first(): I | undefined;
  /** Oldest time first. Items may be removed while this is iterated. */
  items(): Iterable<I>;
  /** Of an account, lowest nonce first. */
  ofAccount(account: Field): readonly I[];
  remove(item: I): void;
};

/** Items of one time keep the order given. */
export function createLine<I extends ReturningItem>(items: readonly I[]): Line<I> {
  const byHash = new Map(items.toSorted((a, b) => a.time - b.time).map((item) => [item.hash, item]));
  const accounts = new Map<Field, I[]>();
  for (const item of byHash.values()) {
    const ofAccount = accounts.get(item.account);
    if (ofAccount === undefined) accounts.set(item.account, [item]);
    else ofAccount.push(item);
  }
  for (const ofAccount of accounts.values()) ofAccount.sort((a, b) => a.nonce - b.nonce);
  return {
    get count() {
      return byHash.size;
    },
    get: (hash) => byHash.get(hash),
    first: () => byHash.values().next().value,
    items: () => byHash.values(),
    ofAccount: (account) => accounts.get(account) ?? [],
    remove(item) {
      byHash.delete(item.hash);
      const ofAccount = accounts.get(item.account)!;
      ofAccount.splice(ofAccount.indexOf(item), 1);
      if (ofAccount.length === 0) accounts.delete(item.account);
    },
  };
}
