import { linkMessage, type Message } from "@frond/protocol";
import { type BlockRecord, BUNDLE_SOURCE } from "@frond/store";
import type { LayerFrame } from "../../link/frames.ts";
import { SOME_DATA } from "../../testing/someData.ts";
import { producedBy } from "../ledger.ts";
import type { SimBlock, SimTransaction } from "../simTypes.ts";
import { durableOf, type LayerProcess, send } from "./layerProcess.ts";

/** Sends the messages and blocks that the coordinator lacks, in order. */
export function handOver(layer: LayerProcess): void {
  const { blocks, session } = durableOf(layer);
  let previous = -1;
  for (const { message, position: at, block } of outbox(layer)) {
    const { number, time, epoch } = block;
    const outgoing = { message, position: at, block: number, time, epoch };
    if (at > layer.sentMessage) send(layer, { type: "message", session, previous, outgoing });
    previous = at;
  }
  layer.sentMessage = Math.max(layer.sentMessage, previous);
  for (const block of blocks.slice(layer.handedOver))
    send(layer, { type: "block", session, block: recordOf(block) } as LayerFrame);
  layer.handedOver = Math.max(layer.handedOver, blocks.length);
}

/** The position of the last message of the epoch; -1 if there is none. */
export function lastMessage(layer: LayerProcess): number {
  return outbox(layer).at(-1)?.position ?? -1;
}

/** The messages of the running epoch. */
function outbox(layer: LayerProcess): { message: Message; position: number; block: SimBlock }[] {
  const { blocks, open, epoch } = durableOf(layer);
  return [...blocks, ...(open === undefined ? [] : [open])]
    .filter((block) => block.epoch === epoch)
    .flatMap((block) => producedBy(block).map((produced) => ({ ...produced, block })));
}

/** A block as the coordinator takes it: only what the machine looks at is there. */
function recordOf({ number, time, epoch, entries }: SimBlock): BlockRecord {
  const transactions = entries.flatMap((entry) => (entry.kind === "transaction" ? [entry.transaction] : []));
  const block = {
    number,
    time,
    epoch,
    size: "small",
    status: "sealed",
    transactions: transactions.map(({ hash }) => hash),
    consumed: [
      ...entries.flatMap((entry) => (entry.kind === "message" ? [entry] : [])),
      ...consumedLinks(transactions),
    ],
    // Links have no position of their own here: after all that is sent.
    produced: [
      ...producedBy({ number, time, epoch, entries }).map(({ message }) => message),
      ...producedLinks(transactions),
    ],
    ...SOME_DATA,
    sealedAt: 0,
  };
  return block as unknown as BlockRecord;
}

/** Accounts of simulated layers have no keys: one name stands for whoever signs a bundle. */
export const SIGNER = 0n;

function consumedLinks(transactions: readonly SimTransaction[]) {
  return transactions.flatMap(({ layerId, link }) => {
    if (link === undefined || link.previous === 0n) return [];
    const { id, index, previous } = link;
    const message = linkMessage(previous, layerId, { id, index: index - 1, signer: SIGNER });
    return [{ source: BUNDLE_SOURCE, position: 0, message }];
  });
}

function producedLinks(transactions: readonly SimTransaction[]): Message[] {
  return transactions.flatMap(({ layerId, link }) => {
    if (link === undefined || link.next === 0n) return [];
    const { id, index, next } = link;
    return [linkMessage(layerId, next, { id, index, signer: SIGNER })];
  });
}
