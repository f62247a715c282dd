import type { Field } from "@frond/foundation";
import type { ESCAPE_STATEMENT, RecordOf } from "@frond/protocol";
import { type Address, type Hex, parseEventLogs } from "viem";
import { accountAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, toMined } from "./actions.ts";
import type { ReferenceStringKind } from "./deploySettlement.ts";

/** What an escape's proof states, by the names of its public inputs. */
export type EscapeStatement = RecordOf<typeof ESCAPE_STATEMENT>;

/** What an escape has credited: less than it asked for if the layer's vault had less left. */
export type Escaped = Mined & {
  readonly recipient: Address;
  readonly credited: readonly { readonly asset: bigint; readonly amount: bigint }[];
};

/** Credits what an account has on a frozen layer to the recipient in the statement. Any wallet may do it. */
export async function submitEscape(
  l1: AccountL1,
  { statement, proof }: { readonly statement: EscapeStatement; readonly proof: Hex },
): Promise<Escaped> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: accountAbi,
    functionName: "escape",
    args: [escapeArgument(statement), proof],
  });
  const receipt = await mine(l1, "escape", await l1.wallet.writeContract(request));
  const [escaped] = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "Escaped" });
  const { recipient, assets, amounts } = escaped!.args;
  const credited = assets.map((asset, i) => ({ asset, amount: amounts[i]! })).filter(({ amount }) => amount > 0n);
  return { ...toMined(receipt), recipient, credited };
}

/** Whether a claim on a layer was paid. */
export function readClaimPaid(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  { layer, claimId }: { readonly layer: Field; readonly claimId: Field },
): Promise<boolean> {
  const functionName = "claimPaid";
  return publicClient.readContract({ address: settlement, abi: accountAbi, functionName, args: [layer, claimId] });
}

/** What all escapes of a layer have got of an asset, out of its vault. */
export function readEscaped(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  { layer, asset }: { readonly layer: Field; readonly asset: bigint },
): Promise<bigint> {
  const functionName = "escaped";
  return publicClient.readContract({ address: settlement, abi: accountAbi, functionName, args: [layer, asset] });
}

/** Whether the tree has had a root on L1. */
export function readRootKnown(
  { publicClient, settlement: address }: Pick<AccountL1, "publicClient" | "settlement">,
  root: Field,
): Promise<boolean> {
  return publicClient.readContract({ address, abi: accountAbi, functionName: "rootKnown", args: [root] });
}

/** Of which reference string the proofs have to be that L1 accepts. */
export async function readReferenceStringKind({
  publicClient,
  settlement: address,
}: Pick<AccountL1, "publicClient" | "settlement">): Promise<ReferenceStringKind> {
  const functionName = "developmentReferenceString";
  const isDevelopment = await publicClient.readContract({ address, abi: accountAbi, functionName });
  return isDevelopment ? "development" : "ignition";
}

function escapeArgument({ root, layerId, flags, claimId, recipient, ...each }: EscapeStatement) {
  const { payout1, payout2, payout3, payout4, vault1, vault2, vault3, vault4 } = each;
  return {
    root,
    layerId,
    flags,
    claimId,
    recipient,
    payouts: [payout1, payout2, payout3, payout4],
    vaults: [vault1, vault2, vault3, vault4],
  } as const;
}
