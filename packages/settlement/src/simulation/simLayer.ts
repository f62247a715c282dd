import type { Field } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import type { CoordinatorFrame, LayerFrame } from "../link/frames.ts";
import type { Position, Wanted } from "../machine/layerState.ts";
import { createDisk } from "./disk.ts";
import { ledgerOf, producedBy, refusalOf } from "./ledger.ts";
import {
  type Entry,
  emptyRecord,
  type LayerRecord,
  type Returning,
  type SimBlock,
  type SimTransaction,
} from "./simTypes.ts";
import type { Connection, World } from "./world.ts";

export type LayerConnection = Connection<LayerFrame, CoordinatorFrame>;

/** A layer's process: the store and the rules of a real one, with a ledger of its own instead of an application. */
export type SimLayer = {
  readonly layerId: Field;
  readonly name: string;
  /** What is on its disk. */
  durable(): LayerRecord;
  /** What it works on; undefined while it is dead. */
  record(): LayerRecord | undefined;
  nextNonce(account: Field): number | undefined;
  /** Orders a transaction if it can; `promised` runs when it is durable. */
  submit(transaction: SimTransaction, promised: () => void): string | undefined;
  attach(connection: LayerConnection): void;
  receive(frame: CoordinatorFrame): void;
  disconnected(): void;
  /** Time passes: blocks are cut, and what was not answered is sent again. */
  tick(): void;
  crash(): void;
  start(): void;
  readonly isAlive: boolean;
};

/** Entries of a block. */
const OPEN_AT_MOST = 6;
/** Blocks of an epoch that are for messages. */
const RESERVE = 8;

export function createSimLayer(world: World, layerId: Field, name: string): SimLayer {
  const disk = createDisk(world, name);
  const rows = disk.table<LayerRecord>("main");
  let now: LayerRecord | undefined;
  let connection: LayerConnection | undefined;
  let wanted: Wanted | undefined;
  /** Whom it can send to, and how many blocks an epoch has for it. */
  let network: { readonly reachable: ReadonlySet<Field>; readonly blocks: number } | undefined;
  let isHeld = false;
  let handedOver = 0;
  let sentMessage = -1;
  let stated = "";
  let statements = 0;
  /** Each start is another life: what an earlier one asked the disk for tells nobody anything. */
  let life = 0;
  let impatience = 0;

  const durable = (): LayerRecord => rows.get("layer") ?? emptyRecord;
  const send = (frame: LayerFrame): void => connection?.up(frame);

  function put(next: LayerRecord, then: () => void = () => {}): void {
    now = next;
    const own = life;
    disk.write([{ table: "main", key: "layer", value: next }], () => {
      if (own !== life || now === undefined) return;
      then();
      pursue();
    });
  }

  /** Adds an entry to the open block, or opens one whose slot is above `afterSlot`. */
  function order(entry: Entry, afterSlot: number): LayerRecord {
    let record = now!;
    const mustCut =
      record.open !== undefined && (record.open.slot <= afterSlot || record.open.entries.length >= OPEN_AT_MOST);
    if (mustCut) record = cut(record);
    const slot = record.open?.slot ?? Math.max(record.slot, afterSlot) + 1;
    const block: SimBlock = record.open ?? { number: record.blocks.length + 1, slot, epoch: record.epoch, entries: [] };
    return { ...record, slot, open: { ...block, entries: [...block.entries, entry] } };
  }

  /** Whether an entry has a place in this epoch: the last blocks of its share are for messages. */
  function hasRoom(kind: Entry["kind"], afterSlot = 0): boolean {
    const { open, epoch } = now!;
    const isOpen = open !== undefined && open.slot > afterSlot && open.entries.length < OPEN_AT_MOST;
    if (isOpen || network === undefined) return true;
    const used = now!.blocks.filter((block) => block.epoch === epoch).length + (open === undefined ? 0 : 1);
    const reserve = Math.min(RESERVE, network.blocks >> 1);
    return used < network.blocks - (kind === "message" ? 0 : reserve);
  }

  /** Why a transaction can't be ordered now. What is `later` is not its own fault. */
  function refusal(transaction: SimTransaction): { readonly code: string; readonly isLater: boolean } | undefined {
    const { toLayer } = transaction;
    const code = refusalOf(ledgerOf(now!), transaction);
    if (code !== undefined) return { code, isLater: code === "nonce-too-high" };
    if (toLayer !== layerId && network?.reachable.has(toLayer) !== true)
      return { code: "destination-offline", isLater: true };
    return hasRoom("transaction") ? undefined : { code: "no-room", isLater: true };
  }

  function cut(record: LayerRecord): LayerRecord {
    return record.open === undefined ? record : { ...record, blocks: [...record.blocks, record.open], open: undefined };
  }

  /** Executes what waits for a place, in order; what fails stays in line, and so does what follows in its account. */
  function executeLine(): void {
    for (let isProgress = !isHeld; isProgress; ) {
      isProgress = false;
      for (const waiting of now!.line) {
        if (refusal(waiting.transaction) !== undefined) continue;
        const line = now!.line.filter((other) => other !== waiting);
        put({ ...order({ kind: "transaction", transaction: waiting.transaction }, 0), line });
        isProgress = true;
        break;
      }
    }
  }

  /** The first in line that waits for more than a missing nonce, if it fails by itself: what stands before others may be what they need. */
  function firstFailing(): Returning | undefined {
    const first = now!.line.find(({ transaction }) => !isInGap(transaction));
    return first !== undefined && refusal(first.transaction)?.isLater === false ? first : undefined;
  }

  /** Whether a transaction waits only because a nonce of its account is missing, which nothing in line has. */
  function isInGap({ account, nonce }: SimTransaction): boolean {
    const expected = ledgerOf(now!).nonces.get(account) ?? 0;
    return (
      nonce > expected &&
      !now!.line.some(({ transaction }) => transaction.account === account && transaction.nonce === expected)
    );
  }

  function drop(waiting: Returning): void {
    const { hash } = waiting.transaction;
    const { code = "unknown" } = refusal(waiting.transaction) ?? {};
    world.note(`${name} drops ${hash}: ${code}`);
    const dropped = new Map(now!.dropped).set(hash, { code, session: now!.session });
    put({ ...now!, line: now!.line.filter((other) => other !== waiting), dropped }, tellDropped);
    executeLine();
  }

  function tellDropped(): void {
    const legs = [...durable().dropped].map(([hash, { code }]) => ({ hash, code, message: code }));
    if (legs.length > 0) send({ type: "dropped", legs });
  }

  function setBack({ session, block, epoch, drop: drops }: Wanted): void {
    const record = now!;
    const codes = new Map(drops.map(({ hash, code }) => [hash, code]));
    const removed: Returning[] = [];
    for (const { entries, slot } of [
      ...record.blocks.slice(block),
      ...(record.open === undefined ? [] : [record.open]),
    ])
      for (const entry of entries)
        if (entry.kind === "transaction") removed.push({ transaction: entry.transaction, slot });
    const all = [...removed, ...record.line];
    const dropped = new Map(record.dropped);
    for (const { transaction } of all) {
      const code = codes.get(transaction.hash);
      if (code !== undefined) dropped.set(transaction.hash, { code, session });
    }
    const line = all.filter(({ transaction }) => !codes.has(transaction.hash));
    world.note(`${name} goes back to block ${block}, session ${session}, epoch ${epoch}, ${line.length} return`);
    isHeld = false;
    handedOver = block;
    sentMessage = -1;
    impatience = 0;
    put({ ...record, session, epoch, blocks: record.blocks.slice(0, block), open: undefined, line, dropped });
    executeLine();
  }

  function position(): Omit<Position, "number"> {
    const stored = durable();
    const failing = firstFailing();
    // What is executed again counts until it is durable: only then its messages are on their way.
    const waiting = stored.line.filter(({ transaction }) => !isInGap(transaction)).map(({ slot }) => slot);
    return {
      type: "position",
      session: stored.session,
      epoch: stored.epoch,
      block: stored.blocks.length,
      sealed: stored.blocks.filter((block) => block.epoch < stored.epoch).length,
      message: lastMessage(),
      isHeld: isHeld && disk.pending === 0,
      returning: {
        count: stored.line.length,
        ...(waiting.length === 0 ? {} : { waiting: Math.min(...waiting) }),
        ...(failing === undefined || disk.pending > 0 ? {} : { failing: failing.slot }),
      },
      settled: 0,
    };
  }

  function outbox(): {
    message: ReturnType<typeof producedBy>[number]["message"];
    position: number;
    block: SimBlock;
  }[] {
    const { blocks, open, epoch } = durable();
    return [...blocks, ...(open === undefined ? [] : [open])]
      .filter((block) => block.epoch === epoch)
      .flatMap((block) => producedBy(block).map((produced) => ({ ...produced, block })));
  }

  function lastMessage(): number {
    return outbox().at(-1)?.position ?? -1;
  }

  /** Does what leads to where the layer is wanted, and says where it is. */
  function pursue(): void {
    if (now === undefined || connection === undefined || !connection.isOpen) return;
    if (wanted !== undefined && disk.pending === 0) {
      if (wanted.session > now.session) {
        setBack(wanted);
        return;
      }
      if (wanted.session === now.session) {
        if (wanted.epoch > now.epoch) {
          isHeld = false;
          sentMessage = -1;
          put({ ...cut(now), epoch: now.epoch + 1 });
          return;
        }
        isHeld = wanted.isHeld;
        if (!isHeld) executeLine();
        const failing = firstFailing();
        if (wanted.giveUp !== undefined && failing !== undefined && failing.slot <= wanted.giveUp) drop(failing);
        handOver();
      }
    }
    const said = position();
    const text = JSON.stringify(said);
    if (text === stated) return;
    stated = text;
    statements += 1;
    send({ ...said, number: statements });
  }

  function handOver(): void {
    const { blocks, session } = durable();
    let previous = -1;
    for (const { message, position: at, block } of outbox()) {
      const { number, slot, epoch } = block;
      const outgoing = { message, position: at, block: number, slot, epoch };
      if (at > sentMessage) send({ type: "message", session, previous, outgoing });
      previous = at;
    }
    sentMessage = Math.max(sentMessage, previous);
    for (const block of blocks.slice(handedOver))
      send({ type: "block", session, block: recordOf(block) } as LayerFrame);
    handedOver = Math.max(handedOver, blocks.length);
  }

  function deliver(frame: Extract<CoordinatorFrame, { type: "deliver" }>): void {
    const { session, epoch, source, previous, position: at, message } = frame;
    if (session !== now!.session || epoch !== now!.epoch) return;
    const cursor = ledgerOf(now!).cursors.get(source) ?? -1;
    const acknowledge = () =>
      send({ type: "handled", session: now!.session, source, position: ledgerOf(durable()).cursors.get(source) ?? -1 });
    if (at <= cursor) {
      if ((ledgerOf(durable()).cursors.get(source) ?? -1) >= at) acknowledge();
      return;
    }
    if (previous > cursor || !hasRoom("message", message.slot)) return;
    put(order({ kind: "message", source, position: at, message }, message.slot), acknowledge);
    executeLine();
  }

  function commit(frame: { id: number; session: number; transaction: SimTransaction }): void {
    const { id, session, transaction } = frame;
    const isKnown = [...now!.blocks, ...(now!.open === undefined ? [] : [now!.open])].some(({ entries }) =>
      entries.some((entry) => entry.kind === "transaction" && entry.transaction.hash === transaction.hash),
    );
    const own = now!.session;
    const answer = (failure?: string) =>
      send({
        type: "answer",
        id,
        ...(failure === undefined ? {} : { failure: { code: failure, message: failure, retry: true } }),
      });
    const isVoid = session !== now!.session || now!.dropped.has(transaction.hash);
    const inTheWay = isVoid ? "void" : isHeld ? "held" : hasLine(transaction.account) ? "returning" : undefined;
    const problem = isKnown ? undefined : (inTheWay ?? refusal(transaction)?.code);
    if (problem !== undefined) {
      answer(problem);
      return;
    }
    const done = () => answer(now!.session === own ? undefined : "set back");
    if (isKnown) put(now!, done);
    else put(order({ kind: "transaction", transaction }, 0), done);
  }

  function hasLine(account: Field): boolean {
    return now!.line.some(({ transaction }) => transaction.account === account);
  }

  function reconnect(): void {
    wanted = undefined;
    stated = "";
    statements = 0;
    sentMessage = -1;
    isHeld = false;
  }

  return {
    layerId,
    name,
    durable,
    record: () => now,
    get isAlive() {
      return now !== undefined;
    },
    nextNonce(account) {
      if (now === undefined) return undefined;
      const expected = ledgerOf(now).nonces.get(account) ?? 0;
      const line = now.line.filter(({ transaction }) => transaction.account === account);
      // A gap is filled; behind a line that returns nobody can stand yet.
      return line.length === 0 || line.every(({ transaction }) => transaction.nonce > expected) ? expected : undefined;
    },
    submit(transaction, promised) {
      if (now === undefined || isHeld) return "not now";
      const problem = refusal(transaction)?.code;
      if (problem !== undefined) return problem;
      put(order({ kind: "transaction", transaction }, 0), promised);
      executeLine();
      return undefined;
    },
    attach(attached) {
      connection = attached;
      reconnect();
      pursue();
    },
    receive(frame) {
      if (now === undefined) return;
      if (frame.type === "wanted") {
        if (wanted !== undefined && frame.number <= wanted.number) return;
        if (wanted === undefined) handedOver = Math.min(frame.block, durable().blocks.length);
        wanted = frame;
      } else if (frame.type === "network") network = { reachable: new Set(frame.reachable), blocks: frame.blocks };
      else if (frame.type === "deliver") deliver(frame);
      else if (frame.type === "commit") commit(frame as never);
      pursue();
    },
    disconnected() {
      connection = undefined;
      reconnect();
    },
    tick() {
      if (now === undefined) return;
      if (now.open !== undefined && disk.pending === 0 && world.random.chance(0.3)) put(cut(now));
      if (world.random.chance(0.2)) {
        stated = "";
        if (wanted !== undefined) handedOver = Math.min(handedOver, wanted.block);
        if (wanted !== undefined) sentMessage = Math.min(sentMessage, wanted.message);
        tellDropped();
      }
      const failing = firstFailing();
      if (world.faults.impatience === true && failing !== undefined && ++impatience > 10) drop(failing);
      pursue();
    },
    crash() {
      life += 1;
      disk.crash();
      now = undefined;
      connection?.cut();
      connection = undefined;
    },
    start() {
      now = rows.get("layer") ?? emptyRecord;
      reconnect();
      executeLine();
    },
  };
}

/** A block as the coordinator takes it: only what the machine looks at is there. */
function recordOf({ number, slot, epoch, entries }: SimBlock): BlockRecord {
  const block = {
    number,
    slot,
    epoch,
    size: "small",
    status: "sealed",
    transactions: entries.flatMap((entry) => (entry.kind === "transaction" ? [entry.transaction.hash] : [])),
    consumed: entries.flatMap((entry) => (entry.kind === "message" ? [entry] : [])),
    produced: producedBy({ number, slot, epoch, entries }).map(({ message }) => message),
    sealedAt: 0,
  };
  return block as unknown as BlockRecord;
}
