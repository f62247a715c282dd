import type { ClientOf, SentTransaction } from "@frond/sdk";
import { type bricks, SORTS } from "./bricks.ts";
import { type Bricks, bricksOf, type Drawing, shapeOf } from "./drawing.ts";
import { describeKind, KINDS } from "./kinds.ts";

/** The client of a layer that runs bricks: `createClient({ application: bricks, .. })`. */
export type BricksClient = ClientOf<typeof bricks>;

/** The assets of an account. Sets are not listed, because the builder of a set chooses its number. */
export type Inventory = {
  readonly ether: bigint;
  readonly quote: bigint;
  /** Loose bricks, by kind. */
  readonly bricks: readonly Bricks[];
};

/** Reads the assets of an account, by default of the client's own account. */
export async function inventoryOf(
  { state, address }: Pick<BricksClient, "state" | "address">,
  owner: bigint = address,
): Promise<Inventory> {
  const kinds = Array.from({ length: KINDS }, (_, kind) => kind);
  const [account, entries] = await Promise.all([
    state.accounts.get(owner),
    Promise.all(kinds.map((kind) => state.bricks.get({ owner, kind }))),
  ]);
  const bricks = kinds.map((kind) => ({ kind, count: Number(entries[kind]?.count ?? 0n) }));
  return { ...(account ?? { ether: 0n, quote: 0n }), bricks: bricks.filter(({ count }) => count > 0) };
}

/** The price of bricks. */
export function costOf(bricks: readonly Bricks[]): { readonly ether: bigint; readonly quote: bigint } {
  const cost = { ether: 0n, quote: 0n };
  for (const { kind, count } of bricks) {
    const { price, isEther } = describeKind(kind).material;
    cost[isEther ? "ether" : "quote"] += price * BigInt(count);
  }
  return cost;
}

/**
 * Buys the bricks that are missing for a drawing, and assembles set number `id`. Errors of calls pass through.
 * @throws {@link DrawingError} when the drawing has too many kinds of bricks
 */
export async function buildSet(
  client: Pick<BricksClient, "state" | "address" | "methods">,
  { id, drawing }: { readonly id: bigint; readonly drawing: Drawing },
): Promise<{ readonly bought: readonly Bricks[]; readonly sent: SentTransaction }> {
  const needed = bricksOf(drawing);
  const { bricks: owned } = await inventoryOf(client);
  const bought = needed.flatMap(({ kind, count }) => {
    const missing = count - (owned.find((loose) => loose.kind === kind)?.count ?? 0);
    return missing > 0 ? [{ kind, count: missing }] : [];
  });
  for (const missing of bought) await client.methods.buy(missing);
  const unused = new Array<Bricks>(SORTS - needed.length).fill({ kind: 0, count: 0 });
  const sent = await client.methods.assemble({ id, shape: shapeOf(drawing), bricks: [...needed, ...unused] });
  return { bought, sent };
}

/** Reads a set; undefined if there is no set with this number. */
export async function setOf(
  { state }: Pick<BricksClient, "state">,
  id: bigint,
): Promise<{ readonly owner: bigint; readonly shape: bigint; readonly bricks: readonly Bricks[] } | undefined> {
  const set = await state.sets.get(id);
  if (set === undefined || set.owner === 0n) return undefined;
  const bricks = set.bricks.map(({ kind, count }) => ({ kind: Number(kind), count: Number(count) }));
  return { owner: set.owner, shape: set.shape, bricks: bricks.filter(({ count }) => count > 0) };
}
