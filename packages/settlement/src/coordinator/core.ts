import type { LayerSnapshot } from "@frond/circuits";
import type { DepositCursor } from "@frond/contracts";
import { type Field, fieldToHex, type Logger } from "@frond/foundation";
import { layerConfigHash } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { LayerState } from "../machine/layerState.ts";
import type { Tree } from "../machine/tree.ts";
import { childrenOf, type KnownLayer, type KnownLayers, snapshotOfLayer } from "../tree/knownLayer.ts";
import type { CoordinatorDependencies, CoordinatorOptions, EpochPolicy } from "../types.ts";
import type { BundleTurns } from "./bundleTurns.ts";
import type { Complaints } from "./complaints.ts";
import type { Journal } from "./journal.ts";
import type { NetworkClock } from "./networkClock.ts";
import type { ProofPicture } from "./proofPicture.ts";
import type { Ledger, Records } from "./records.ts";
import type { Requests } from "./requests.ts";
import type { SilentLayers } from "./silentLayers.ts";
import type { SlowLayers } from "./slowLayers.ts";
import type { Traces } from "./traces.ts";

/** What the parts of the coordinator share: the machine's tree, and what carries out its decisions. */
export type Core = {
  readonly options: CoordinatorOptions;
  readonly policy: EpochPolicy;
  readonly dependencies: CoordinatorDependencies;
  readonly logger: Logger;
  readonly complaints: Complaints;
  readonly tree: Tree;
  readonly journal: Journal;
  readonly clock: NetworkClock;
  /** When blocks were taken, by `clock.passed`; those that are not here were taken before this process started. */
  readonly takenAt: WeakMap<BlockRecord, number>;
  readonly records: Records;
  readonly requests: Requests;
  readonly silent: SilentLayers;
  readonly slow: SlowLayers;
  readonly bundleTurns: BundleTurns;
  readonly picture: ProofPicture;
  readonly traces: Traces;
  ledger: Ledger;
  /**
   * How many freezes L1 demands and upgrades are due, one more if the tree `isIdle`, and since when any, by
   * `clock.passed`. `isOverdue`: a forced transaction or a deposit has waited too long, and no settled time says so.
   */
  demanded: { readonly count: number; readonly since: number; readonly isIdle: boolean; readonly isOverdue: boolean };
  /** Before which no epoch ends for the sake of a few (`isForRecords`), by `clock.passed`. */
  nextFavourAt: number;
  /** What layers are to become, by layer, as their owners have announced it on L1. Durable. */
  readonly upgrades: Map<Field, KnownLayer>;
  /**
   * By layer, before which time no upgrade of it can be due: its announcement is for later, or there was none a moment
   * ago. L1 is not asked before.
   */
  readonly upgradesFrom: Map<Field, number>;
  /** Until where deposits were read from L1; durable with them. */
  depositCursor: DepositCursor | undefined;
  /** The same of forced transactions. */
  forcedCursor: DepositCursor | undefined;
  /** Why nothing can settle now, though nothing is lost: an epoch of somebody else on L1. */
  blocked: string | undefined;
  /** Why the epoch that is proven is not submitted yet. */
  waiting: string | undefined;
  /** Since when, and until when the running epoch waits for layers that are ahead, by `clock.passed`. */
  wait: { readonly since: number; readonly until: number } | undefined;
  /** Something changed that a loop may wait for. */
  wake(): void;
  /**
   * Resolves with true when `condition` holds. Resolves with false after `milliseconds` of this process's own time, or
   * when the coordinator closes.
   */
  until(condition: () => boolean, milliseconds: number): Promise<boolean>;
  /** Resolves when something changed, or after `milliseconds`. */
  changed(milliseconds: number): Promise<void>;
  readonly signal: AbortSignal;
};

export function knownLayers(core: Core): KnownLayers {
  return new Map([...core.tree.layers].map(([id, { known }]) => [id, known]));
}

/**
 * The layers that are known, and those that L1 has and that are not known here since this coordinator took over: their
 * records can be moved without a block of them, for L1 may demand that.
 */
export function layersOnLayerOne(core: Core): KnownLayers {
  const layers = new Map(knownLayers(core));
  const add = ({ config, record: { layerId }, blockKeys, children }: LayerSnapshot): void => {
    if (!layers.has(layerId))
      layers.set(layerId, {
        ...{ name: fieldToHex(layerId), layerId, config, blockKeys },
        ...{ application: "", sizes: [], circuits: [] },
      });
    for (const child of children.values()) add(child);
  };
  add(core.ledger.trunk);
  return layers;
}

/** Whether a layer's record is in the tree on L1. */
export function isRegistered(core: Core, { layerId }: Pick<LayerState, "layerId">, known = knownLayers(core)): boolean {
  return snapshotOfLayer(core.ledger.trunk, known, layerId) !== undefined;
}

/** Whether L1 has another config of a layer than is known here: an epoch of somebody else has upgraded the layer. */
export function isUpgradedElsewhere(core: Core, { known: { layerId, config } }: Pick<LayerState, "known">): boolean {
  const record = snapshotOfLayer(core.ledger.trunk, knownLayers(core), layerId)?.record;
  return record !== undefined && record.configHash !== layerConfigHash(config);
}

/** The first free index under a parent. */
export function freeIndex(core: Core, parentId: Field): number {
  const taken = new Set(childrenOf(knownLayers(core), parentId).map(({ config }) => config.index));
  let index = 0;
  while (taken.has(BigInt(index))) index++;
  return index;
}
