import type { Field } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import { accountKey } from "./executeTransaction.ts";
import { MustWait } from "./mustWait.ts";
import type { Orderer } from "./orderer.ts";
import type { PreparedLegs } from "./preparedLegs.ts";
import type { Verified } from "./types.ts";

/**
 * Executes a leg on the side and locks what it touches, until `expiresAt`. The account that fees go to is not locked, or every other transaction would have to wait: that it has
 * gained meanwhile takes nothing from a leg.
 * @throws MustWait, and what `submit` rejects with
 */
export const prepareLeg = (
  { transaction, verified, expiresAt }: { transaction: Transaction; verified: Verified; expiresAt: number },
  dependencies: {
    readonly orderer: Pick<Orderer, "probe">;
    readonly legs: PreparedLegs;
    readonly feeRecipient: Field;
    /** What others wait for that came before. */
    isWaitedFor(keys: readonly Field[]): boolean;
  },
): void => {
  const { orderer, legs, feeRecipient, isWaitedFor } = dependencies;
  const { hash, sender } = verified;
  const { touched, items, fee } = orderer.probe({ transaction, hash, sender });
  if (isWaitedFor(touched)) throw new MustWait("keys", touched);
  const feeAccount = sender === feeRecipient ? undefined : accountKey(feeRecipient);
  const keys = touched.filter((key) => key !== feeAccount);
  legs.add({ hash, transaction, sender, fee, keys, items, expiresAt });
};
