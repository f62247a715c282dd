import { decodeSettle, type EpochSubmission, type SettledEpoch } from "@frond/contracts";
import { NO_BLOB } from "@frond/protocol";
import { type Address, type Hex, isAddressEqual, type PublicClient } from "viem";

/** What L1 tells of the data of an epoch. */
export type StatedTransaction = {
  /** Names the blob with the data; undefined if the epoch has none. */
  readonly versionedHash: Hex | undefined;
  /** The settlement's arguments; undefined if another contract made the call, as L1 does not keep what that said. */
  readonly stated: EpochSubmission | undefined;
};

/** Reads what the transaction that settled an epoch has said. */
export async function readStated(
  { publicClient, settlement }: { readonly publicClient: PublicClient; readonly settlement: Address },
  { transaction, rootOut, versionedHash }: SettledEpoch,
): Promise<StatedTransaction> {
  if (versionedHash === NO_BLOB) return { versionedHash: undefined, stated: undefined };
  const { to, input } = await publicClient.getTransaction({ hash: transaction });
  if (to === null || to === undefined || !isAddressEqual(to, settlement)) return { versionedHash, stated: undefined };
  const submission = decodeSettle(input);
  return { versionedHash, stated: submission.rootOut === rootOut ? submission : undefined };
}
