import type { Field } from "@frond/foundation";
import type { CoordinatorFrame } from "../../link/frames.ts";
import { createDisk } from "../disk.ts";
import { ledgerOf } from "../ledger.ts";
import { emptyRecord, type LayerRecord, type SimTransaction } from "../simTypes.ts";
import type { World } from "../world.ts";
import { durableOf, type LayerConnection, type LayerProcess, put, reconnect } from "./layerProcess.ts";
import { drop, executeLine, firstFailing, tellDropped } from "./line.ts";
import { cut, order, refusalOfNew } from "./order.ts";
import { pursue } from "./pursue.ts";
import { receive } from "./receive.ts";
import { networkTimeOf } from "./time.ts";

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

export function createSimLayer(world: World, layerId: Field, name: string): SimLayer {
  const layer = createProcess(world, layerId, name);
  return {
    layerId,
    name,
    durable: () => durableOf(layer),
    record: () => layer.record,
    get isAlive() {
      return layer.record !== undefined;
    },
    nextNonce: (account) => (layer.record === undefined ? undefined : nextNonce(layer.record, account)),
    submit(transaction, promised) {
      if (layer.record === undefined || layer.isHeld) return "not now";
      const problem = refusalOfNew(layer, transaction);
      if (problem !== undefined) return problem;
      put(layer, order(layer, { kind: "transaction", transaction }, 0), promised);
      executeLine(layer);
      return undefined;
    },
    attach(connection) {
      layer.connection = connection;
      reconnect(layer);
      pursue(layer);
    },
    receive(frame) {
      if (layer.record !== undefined) receive(layer, frame);
    },
    disconnected() {
      layer.connection = undefined;
      reconnect(layer);
    },
    tick: () => tick(layer),
    crash() {
      layer.life += 1;
      layer.disk.crash();
      layer.record = undefined;
      layer.connection?.cut();
      layer.connection = undefined;
    },
    start() {
      layer.record = layer.rows.get("layer") ?? emptyRecord;
      layer.networkTime = networkTimeOf(world, name);
      reconnect(layer);
      executeLine(layer);
    },
  };
}

function createProcess(world: World, layerId: Field, name: string): LayerProcess {
  const disk = createDisk(world, name);
  const layer: LayerProcess = {
    world,
    layerId,
    name,
    disk,
    rows: disk.table<LayerRecord>("main"),
    record: undefined,
    connection: undefined,
    wanted: undefined,
    network: undefined,
    networkTime: networkTimeOf(world, name),
    isHeld: false,
    handedOver: 0,
    sentMessage: -1,
    stated: "",
    statements: 0,
    life: 0,
    impatience: 0,
    onDurable: () => pursue(layer),
  };
  return layer;
}

/** The nonce of an account's next transaction; undefined while nothing can be ordered for it. */
function nextNonce(record: LayerRecord, account: Field): number | undefined {
  const isReturning = record.line.some(({ transaction }) => transaction.account === account);
  return isReturning ? undefined : (ledgerOf(record).nonces.get(account) ?? 0);
}

function tick(layer: LayerProcess): void {
  const { record, wanted, world } = layer;
  if (record === undefined) return;
  if (record.open !== undefined && layer.disk.pending === 0 && world.random.chance(0.3)) put(layer, cut(record));
  // Often, for frames overtake each other here all the time: a message that did is taken only when it comes again.
  if (world.random.chance(0.5)) {
    layer.stated = "";
    if (wanted !== undefined) layer.handedOver = Math.min(layer.handedOver, wanted.block);
    if (wanted !== undefined) layer.sentMessage = Math.min(layer.sentMessage, wanted.message);
    tellDropped(layer);
  }
  const failing = firstFailing(layer);
  if (world.faults.impatience === true && failing !== undefined && ++layer.impatience > 10) drop(layer, failing);
  pursue(layer);
}
