import type { Field } from "@frond/foundation";
import type { Allowance, NetworkTime } from "@frond/sequencer";
import type { Table } from "@frond/store";
import type { CoordinatorFrame, LayerFrame } from "../../link/frames.ts";
import type { Wanted } from "../../machine/layerState.ts";
import type { Disk } from "../disk.ts";
import { emptyRecord, type LayerRecord } from "../simTypes.ts";
import type { Connection, World } from "../world.ts";

export type LayerConnection = Connection<LayerFrame, CoordinatorFrame>;

/** What a layer's process has on its disk and in its memory. */
export type LayerProcess = {
  readonly world: World;
  readonly layerId: Field;
  readonly name: string;
  readonly disk: Disk;
  readonly rows: Table<LayerRecord>;
  /** What the layer works on; undefined while the process is dead. */
  record: LayerRecord | undefined;
  connection: LayerConnection | undefined;
  wanted: Wanted | undefined;
  /** Whom the layer can send to, which bundles wait for a layer, and how many blocks an epoch has for it. */
  network: Pick<Allowance, "reachable" | "waitingBundles" | "blocks"> | undefined;
  /** What time it is, as far as this process was told. */
  networkTime: NetworkTime;
  isHeld: boolean;
  handedOver: number;
  sentMessage: number;
  stated: string;
  statements: number;
  /** Each start is another life: what an earlier one asked the disk for tells nobody anything. */
  life: number;
  impatience: number;
  /** Runs whenever a write is durable. */
  onDurable(): void;
};

/** What is on the layer's disk. */
export function durableOf(layer: LayerProcess): LayerRecord {
  return layer.rows.get("layer") ?? emptyRecord;
}

/** Goes on with a record, and runs `then` once that is durable. */
export function put(layer: LayerProcess, next: LayerRecord, then: () => void = () => {}): void {
  layer.record = next;
  const own = layer.life;
  layer.disk.write([{ table: "main", key: "layer", value: next }], () => {
    if (own !== layer.life || layer.record === undefined) return;
    then();
    layer.onDurable();
  });
}

export function send(layer: LayerProcess, frame: LayerFrame): void {
  layer.connection?.up(frame);
}

/** Forgets what was said on the last connection. */
export function reconnect(layer: LayerProcess): void {
  layer.wanted = undefined;
  layer.stated = "";
  layer.statements = 0;
  layer.sentMessage = -1;
  layer.isHeld = false;
}
