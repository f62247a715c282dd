import { type AccountL1, type EscapeStatement, readEscaped } from "@frond/contracts/client";
import { PACKINGS, shiftOf } from "@frond/protocol";

/**
 * A payout of a proven exit, in the asset's smallest unit, and how much of it L1 would credit now: less than `amount`
 * if less is left of the layer's vault. Nobody is credited the rest later: the vault of a frozen layer only shrinks.
 */
export type ProvenPayout = { readonly asset: bigint; readonly amount: bigint; readonly credited: bigint };

/** What L1 would credit for a proven exit now: the vaults are those of the proof, of which L1 says what has left. */
export async function readProvenPayouts(
  l1: Pick<AccountL1, "publicClient" | "settlement">,
  { statement }: { readonly statement: EscapeStatement },
): Promise<ProvenPayout[]> {
  const places = ([1, 2, 3, 4] as const)
    .map((place) => ({ ...unpack(statement[`payout${place}`]), vault: statement[`vault${place}`] }))
    .filter(({ amount }) => amount > 0n);
  const escaped = await Promise.all(places.map(({ asset }) => readEscaped(l1, { layer: statement.layerId, asset })));
  const gone = new Map(places.map(({ asset }, i) => [asset, escaped[i]!]));
  return places.map(({ asset, amount, vault }) => {
    const before = gone.get(asset)!;
    const left = vault > before ? vault - before : 0n;
    const credited = amount < left ? amount : left;
    gone.set(asset, before + credited);
    return { asset, amount, credited };
  });
}

function unpack(payout: bigint): { readonly asset: bigint; readonly amount: bigint } {
  const amount = payout >> BigInt(shiftOf(PACKINGS.payout, "amount"));
  return { asset: BigInt.asUintN(PACKINGS.payout.asset, payout), amount };
}
