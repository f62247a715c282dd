import {
  type Collector,
  type CollectorDependencies,
  type Committee,
  type CommitteeStatus,
  createCollector,
} from "@frond/committee";
import type { Field } from "@frond/foundation";
import { type BlockWitness, formatTime } from "@frond/protocol";
import type { OutgoingMessage } from "@frond/sequencer";
import type { BlockRecord, Store } from "@frond/store";
import { committeeBlocks } from "./committeeBlocks.ts";
import { type CoordinatorConnectionOptions, createCoordinatorConnection } from "./coordinatorConnection.ts";
import { createDeliveries } from "./deliveries.ts";
import { handOver, sendMessages } from "./give.ts";
import { beginConnection, giveWhatWasAhead, type Link, unknownPlace, where } from "./link.ts";
import { createLoop } from "./loop.ts";
import { createOutgoing } from "./outgoing.ts";
import { type Action, pursue } from "./pursue.ts";
import { createSettledEpochs, type SettledEpochsDependencies } from "./settledEpochs.ts";
import { TURN_MILLISECONDS } from "./silence.ts";
import { stateWhere, tellStats } from "./stateWhere.ts";
import { noteRefused, takeFrame } from "./takeFrame.ts";

export type LayerLinkOptions = CoordinatorConnectionOptions & {
  /** Milliseconds from one look at what is overdue to the next, each of which counts as a second. */
  readonly turnMilliseconds?: number;
};

export type LayerLinkDependencies = Pick<Link, "sequencer" | "blockInputs" | "logger"> &
  Pick<SettledEpochsDependencies, "setBlockStatus" | "onSettled"> & {
    readonly store: Pick<Store, "block" | "witness" | "table" | "firstBlockNumber" | "lastBlockNumber">;
    /** Of a layer whose blocks leave words to a committee. */
    readonly committee?: LayerCommittee;
    /** A circuit of the layer in packed form, for a coordinator that does not have it. */
    readonly packedCircuit?: (digest: string) => Promise<Uint8Array>;
    /** Registers the layer with a coordinator that does not know it, and that may know what L1 has of it. */
    readonly register?: () => Promise<void>;
    /** The `traceparent` of a block's span, which goes to the coordinator with the block. */
    readonly traceOf?: (block: number) => string | undefined;
  };

export type LayerCommittee = {
  readonly committee: Committee;
  /** What a block leaves to the committee. */
  readonly committeeWords: (witness: BlockWitness) => readonly Field[];
  /** For each member and call; see `CollectorOptions`. */
  readonly timeoutMilliseconds?: number;
};

type LinkStatus = {
  readonly coordinator: Link["coordinator"];
  /** Why the coordinator does not go on with this layer. */
  readonly reason?: string;
  /** What the layer does now to be where the coordinator wants it; "rest" if it is there. */
  readonly action: Action["kind"];
  /** Blocks that are durable here, and that the coordinator has not. */
  readonly blocksToHandOver: number;
  /** Promised transactions that lack a place since a set-back. */
  readonly returning: number;
  /** The last epoch that is known to have settled. */
  readonly settledEpoch: number;
  /** Who holds what the layer's blocks don't publish, and why blocks wait for it. */
  readonly committee?: CommitteeStatus;
};

export type LayerLink = {
  start(): Promise<void>;
  /** A block is durable. */
  blockSealed(block: BlockRecord): void;
  status(): LinkStatus;
  close(): Promise<void>;
};

/**
 * A layer's side of its connection with the coordinator (ARCHITECTURE.md, "The machine"): a loop that does what leads
 * from where the layer is to where the coordinator wants it, one action after the other, and says where it is. What a
 * layer does that has missed the end of an epoch, or is set back, is a row of `pursue`, and done by `act` below.
 * Nothing else changes the layer's session, its epoch, or whether it is held.
 */
export function createLayerLink(options: LayerLinkOptions, dependencies: LayerLinkDependencies): LayerLink {
  const { sequencer } = dependencies;
  const link: Link = connectLink(options, dependencies, () => loop.wake());
  const loop = createLoop(link, {
    next() {
      stateWhere(link);
      collectSignatures(link);
      const at = where(link);
      if (link.isFrozen) return { kind: at.isHeld ? "rest" : "hold" };
      return link.wanted === undefined ? { kind: "rest" } : pursue(at, link.wanted);
    },
    act: (action) => act(link, action),
  });
  let timer: NodeJS.Timeout | undefined;

  function turn(): void {
    link.now += TURN_MILLISECONDS;
    link.connection.turn();
    link.committee?.turn();
    giveWhatWasAhead(link);
    loop.wake();
    tellStats(link);
  }
  const onMessage = (outgoing: OutgoingMessage): void => {
    if (link.session === sequencer.session) link.outgoing.add(outgoing);
    loop.wake();
  };
  const onDropped = (): void => {
    link.isDroppedDue = true;
    loop.wake();
  };

  return {
    async start() {
      sequencer.on("message", onMessage);
      sequencer.on("dropped", onDropped);
      sequencer.on("position", loop.wake);
      timer = setInterval(turn, options.turnMilliseconds ?? TURN_MILLISECONDS);
      link.connection.start();
    },
    blockSealed() {
      if (link.wanted === undefined) link.committee?.noteSealed();
      loop.wake();
    },
    status: () => statusOf(link),
    async close() {
      clearInterval(timer);
      sequencer.off("message", onMessage);
      sequencer.off("dropped", onDropped);
      sequencer.off("position", loop.wake);
      link.connection.close();
      await loop.close();
      await link.settledEpochs.close();
      await link.committee?.close();
    },
  };
}

function connectLink(options: LayerLinkOptions, dependencies: LayerLinkDependencies, wake: () => void): Link {
  const { sequencer, store, blockInputs, packedCircuit, register, traceOf, logger } = dependencies;
  const connection = createCoordinatorConnection(options, {
    logger,
    onIdentified() {
      beginConnection(link);
      wake();
    },
    onFrame(frame) {
      try {
        takeFrame(link, frame);
      } catch (error) {
        logger.error(`A frame of the coordinator failed: ${frame.type}`, { reason: String(error) });
      }
      wake();
    },
    onUploaded: wake,
    onEnded(reason) {
      link.wanted = undefined;
      if (link.coordinator === "connected" || reason !== undefined)
        logger.warn("The connection with the coordinator has ended; connecting again", { reason });
      if (link.coordinator !== "refused") link.coordinator = "connecting";
    },
  });
  const link: Link = {
    sequencer,
    store,
    blockInputs,
    packedCircuit,
    register,
    traceOf,
    logger,
    connection,
    deliveries: createDeliveries(sequencer, { logger, onHandled: wake }),
    outgoing: createOutgoing(sequencer),
    settledEpochs: createSettledEpochs({ ...dependencies, onKnown: wake }),
    committee: collectorOf(options, dependencies, { onSigned: wake, now: () => link.now }),
    ...unknownPlace(),
  };
  return link;
}

function collectorOf(
  { layerId }: LayerLinkOptions,
  { committee: given, store, logger }: LayerLinkDependencies,
  rest: Pick<CollectorDependencies, "onSigned" | "now">,
): Collector | undefined {
  if (given === undefined) return undefined;
  const { committeeWords, ...own } = given;
  const blocks = committeeBlocks({ layerId, store, committeeWords });
  return createCollector({ layerId, ...own }, { blocks, logger, ...rest });
}

/** The coordinator takes a block only with the signatures of the layer's committee. */
function collectSignatures({ committee, wanted, session, store }: Link): void {
  if (wanted === undefined || wanted.session !== session) return;
  committee?.advance({ above: wanted.block, last: store.lastBlockNumber() });
}

/** Does what `pursue` says. Afterwards the loop says where the layer is, and asks again. */
async function act(link: Link, action: Action): Promise<void> {
  const { sequencer, logger } = link;
  switch (action.kind) {
    case "ahead":
      noteRefused(
        link,
        `The layer was set back ${sequencer.session} times, and the coordinator knows of ${link.wanted?.session}: ` +
          "it knows less than the layer. Restore the data directory that belongs to the other one.",
      );
      return link.connection.end();
    case "goBack": {
      const { session, through, epoch, after, time } = action;
      const problem = problemOfRecord(link, through);
      if (problem !== undefined) {
        noteRefused(link, problem);
        return link.connection.end();
      }
      logger.warn("The coordinator sets this layer back", { session, through, epoch });
      return await sequencer.setBack({ session, through, epoch, after, time, drop: link.wanted?.drop ?? [] });
    }
    case "closeEpoch":
      await sequencer.closeEpoch(action.epoch, action.after);
      // What has become durable only now would be left behind in the epoch.
      return sendMessages(link, { above: link.messages.given, throughEpoch: action.epoch });
    case "hold":
      return await sequencer.hold();
    case "release":
      return sequencer.release();
    case "giveUp":
      return sequencer.giveUp(action.time);
    case "sendMessages":
      return sendMessages(link, { above: action.after, throughEpoch: sequencer.position().epoch });
    case "handOver":
      handOver(link, action.from);
      // Lets the thread answer clients between two blocks.
      return await new Promise((resolve) => setImmediate(resolve));
    case "rest":
      return;
  }
}

/** Why the layer can't go on from block `through`: L1 has something else of it there. */
function problemOfRecord({ store, wanted }: Link, through: number): string | undefined {
  const record = wanted?.record;
  if (record === undefined) return undefined;
  const block = store.block(through);
  const isSame = block?.time === record.time && block.stateRootAfter === record.stateRoot;
  if (isSame || (through === 0 && record.time === 0)) return undefined;
  return (
    `L1 has settled block ${through} of this layer as a block of ${formatTime(record.time)} that is not here. ` +
    "Rebuild the data directory from L1: `frond recover layer`."
  );
}

function statusOf(link: Link): LinkStatus {
  const { coordinator, reason, wanted, settledEpochs, committee } = link;
  const at = where(link);
  return {
    coordinator,
    ...(reason === undefined ? {} : { reason }),
    action: wanted === undefined ? "rest" : pursue(at, wanted).kind,
    blocksToHandOver: Math.max(0, at.block - at.blocks.taken),
    returning: at.returning.count,
    settledEpoch: settledEpochs.known(),
    ...(committee === undefined ? {} : { committee: committee.status() }),
  };
}
