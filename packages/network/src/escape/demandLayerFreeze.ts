import {
  demandFreeze,
  type EventQuery,
  type ForcedTransactionEvent,
  getForced,
  type L1,
  type Mined,
  readForcedWaits,
  readFreezeGraceSeconds,
  readLayer,
  readRetirement,
  readSettled,
} from "@frond/contracts";
import { type Field, fieldToHex } from "@frond/foundation";
import { formatTime } from "@frond/protocol";
import { FreezeRefusedError } from "./errors.ts";

/** A freeze that was demanded. An epoch that ends at `carriedUntil` or later has to carry it. */
export type DemandedNow = Mined & {
  readonly id: bigint;
  readonly layer: Field;
  readonly demandedAt: number;
  readonly carriedUntil: number;
};

type Reader = Pick<L1, "publicClient" | "settlement">;

/** What the freeze is demanded for: a forced transaction, or the oldest one that waits for a layer. */
export type FreezeCause = Pick<EventQuery, "fromBlock"> &
  ({ readonly id: bigint; readonly layer?: Field | undefined } | { readonly id?: undefined; readonly layer: Field });

/** Words of a forced transaction before its arguments. */
const WORDS_BEFORE_ARGUMENTS = 6;

/**
 * Demands on L1 that a layer is frozen which left a forced transaction out until its deadline.
 * @throws FreezeRefusedError, which says what is missing; nothing is sent then
 */
export async function demandLayerFreeze(l1: L1, cause: FreezeCause): Promise<DemandedNow> {
  if (cause.id === undefined) await requireFreezable(l1, cause.layer);
  const overdue = await (cause.id === undefined ? oldestWaiting(l1, cause) : forcedOf(l1, { ...cause, id: cause.id }));
  const { id, layer, transaction } = overdue;
  await requireFreezable(l1, layer);
  if (!(await readForcedWaits(l1, id))) {
    throw new FreezeRefusedError(
      "used",
      `The layer has taken the forced transaction ${id}, so it is no reason to freeze the layer. Look with \`frond call\` or \`frond account show\` at what it did, or force another one.`,
      { id: Number(id), layer: fieldToHex(layer) },
    );
  }
  await requireOverdue(l1, overdue);
  const mined = await demandFreeze(l1, { ...overdue, argumentCount: transaction.length - WORDS_BEFORE_ARGUMENTS });
  const { freezeDemandedAt } = await readLayer(l1, layer);
  const demandedAt = Number(freezeDemandedAt);
  return { ...mined, id, layer, demandedAt, carriedUntil: demandedAt + (await readFreezeGraceSeconds(l1)) * 1_000 };
}

async function forcedOf(
  l1: Reader,
  { id, layer, fromBlock }: { readonly id: bigint; readonly layer?: Field | undefined; readonly fromBlock: bigint },
): Promise<ForcedTransactionEvent> {
  const [event] = (await getForced({ ...l1, fromBlock }, { id })).events;
  if (event === undefined) {
    throw new FreezeRefusedError(
      "not-forced",
      `L1 has no forced transaction ${id}. Give the id that \`frond force\` printed.`,
      { id: Number(id) },
    );
  }
  if (layer !== undefined && event.layer !== layer) {
    const actual = fieldToHex(event.layer);
    throw new FreezeRefusedError(
      "other-layer",
      `The forced transaction ${id} is one of layer ${actual}. Leave out --layer, or give another --id.`,
      { id: Number(id), layer: actual },
    );
  }
  return event;
}

/** The first to be overdue of those that wait. */
async function oldestWaiting(
  l1: Reader,
  { layer, fromBlock }: { readonly layer: Field; readonly fromBlock: bigint },
): Promise<ForcedTransactionEvent> {
  const { forcedWaiting } = await readLayer(l1, layer);
  const { events } = forcedWaiting === 0 ? { events: [] } : await getForced({ ...l1, fromBlock }, { layer });
  let oldest: ForcedTransactionEvent | undefined;
  for (let found = 0; found < forcedWaiting; ) {
    const event = events.pop();
    if (event === undefined) break;
    if (!(await readForcedWaits(l1, event.id))) continue;
    oldest = event;
    found++;
  }
  if (oldest !== undefined) return oldest;
  throw new FreezeRefusedError(
    "nothing-waits",
    `No forced transaction waits for layer ${fieldToHex(layer)}, so nothing shows that it leaves transactions out. Force one with \`frond force\`.`,
    { layer: fieldToHex(layer) },
  );
}

async function requireFreezable(l1: Reader, layer: Field): Promise<void> {
  const { status, freezeDemandedAt } = await readLayer(l1, layer);
  const name = fieldToHex(layer);
  if (status === "unknown") {
    throw new FreezeRefusedError(
      "unknown-layer",
      `L1 knows no layer ${name}. Check its id, or wait for the epoch that registers it.`,
      { layer: name },
    );
  }
  if (status === "frozen") {
    throw new FreezeRefusedError(
      "frozen",
      `Layer ${name} is frozen already. Leave it with \`frond escape --layer ${name}\`.`,
      { layer: name },
    );
  }
  if (freezeDemandedAt === undefined) return;
  const [graceSeconds, { from }] = await Promise.all([readFreezeGraceSeconds(l1), readRetirement(l1)]);
  const carriedUntil = Number(freezeDemandedAt) + graceSeconds * 1_000;
  throw new FreezeRefusedError(
    "demanded",
    `The freeze of layer ${name} was demanded at ${formatTime(Number(freezeDemandedAt))} already. Wait for an epoch that ends at ${formatTime(carriedUntil)} or later, which has to carry it; if none settles until ${formatTime(from)}, use \`frond retire\`.`,
    { layer: name, demandedAt: Number(freezeDemandedAt), carriedUntil },
  );
}

/** L1 counts in the time that epochs cover: a layer has to be able to take a transaction before it is late. */
async function requireOverdue(l1: Reader, { id, layer, deadline }: ForcedTransactionEvent): Promise<void> {
  const [{ settledUntil }, { from, now }] = await Promise.all([readSettled(l1), readRetirement(l1)]);
  if (settledUntil >= deadline) return;
  const settled =
    settledUntil === 0n ? "no epoch has settled yet" : `epochs have settled until ${formatTime(Number(settledUntil))}`;
  const next =
    BigInt(now) < deadline ? "Try again then" : "The deadline has passed, so try again when the next epoch has settled";
  throw new FreezeRefusedError(
    "early",
    `The layer has until ${formatTime(Number(deadline))} for the forced transaction ${id}, and ${settled}: an epoch that ends at the deadline or later has to settle first. ${next}; if none settles until ${formatTime(from)}, use \`frond retire\`.`,
    {
      ...{ id: Number(id), layer: fieldToHex(layer), deadline: Number(deadline) },
      ...{ settledUntil: Number(settledUntil), retirableFrom: from },
    },
  );
}
