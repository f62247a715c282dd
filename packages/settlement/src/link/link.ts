import type { Collector } from "@frond/committee";
import type { Logger } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import type { InputMap } from "@frond/prover";
import type { Store } from "@frond/store";
import type { CoordinatorConnection } from "./coordinatorConnection.ts";
import type { Deliveries } from "./deliveries.ts";
import type { CoordinatorFrame } from "./frames.ts";
import type { LinkedSequencer } from "./linkedSequencer.ts";
import type { Outgoing } from "./outgoing.ts";
import type { At } from "./pursue.ts";
import type { SettledEpochs } from "./settledEpochs.ts";
import { newStream, type Stream } from "./stream.ts";

type WantedFrame = Extract<CoordinatorFrame, { type: "wanted" }>;

/** What the functions of a link share. */
export type Link = {
  readonly sequencer: LinkedSequencer;
  readonly store: Pick<Store, "block" | "witness" | "lastBlockNumber">;
  readonly blockInputs: (witness: BlockWitness) => InputMap;
  readonly packedCircuit: ((digest: string) => Promise<Uint8Array>) | undefined;
  /** The `traceparent` of a block's span, for the coordinator. */
  readonly traceOf: ((block: number) => string | undefined) | undefined;
  readonly logger: Logger;
  readonly connection: CoordinatorConnection;
  readonly deliveries: Deliveries;
  readonly outgoing: Outgoing;
  readonly settledEpochs: SettledEpochs;
  /** Of a layer with a committee: has its blocks signed for. */
  readonly committee: Collector | undefined;
  /** Registers the layer with a coordinator that does not know it. */
  readonly register: (() => Promise<void>) | undefined;
  isRegistering: boolean;
  /** L1 has frozen the layer, as the coordinator says: it orders nothing until a coordinator takes it again. */
  isFrozen: boolean;
  coordinator: "connected" | "connecting" | "refused";
  /** Why the coordinator does not go on with this layer. */
  reason: string | undefined;
  /** Milliseconds in which this process was awake. */
  now: number;
  /** What the coordinator said last on this connection. */
  wanted: WantedFrame | undefined;
  /** What was said last on this connection, and when. */
  stated: { readonly text: string; readonly at: number };
  /** How often something was said on this connection. */
  statements: number;
  /** Dropped legs of this session have to be told on this connection. */
  isDroppedDue: boolean;
  /** To which everything below belongs; undefined before the first look. */
  session: number | undefined;
  epoch: number;
  blocks: Stream;
  messages: Stream;
  /** Turns since the last block was ahead of the network's time. */
  turnsSinceAhead: number;
};

/** What a link knows before it has looked at the layer, or heard from the coordinator. */
export function unknownPlace() {
  return {
    coordinator: "connecting" as const,
    reason: undefined,
    isRegistering: false,
    isFrozen: false,
    now: 0,
    wanted: undefined,
    stated: { text: "", at: 0 },
    statements: 0,
    isDroppedDue: true,
    session: undefined,
    epoch: 0,
    blocks: newStream(1),
    messages: newStream(0),
    turnsSinceAhead: Number.POSITIVE_INFINITY,
  };
}

export function where(link: Link): At {
  const position = link.sequencer.position();
  return {
    ...position,
    message: link.outgoing.last(position.epoch),
    blocks: link.blocks,
    signedThrough: link.committee?.readyThrough(link.blocks.taken),
    messages: link.messages,
    isUploading: link.connection.isUploading,
    nowMilliseconds: link.now,
  };
}

/** Forgets what belongs to a former session or epoch. */
export function keepUp(link: Link): void {
  const { session, epoch } = link.sequencer.position();
  const { outgoing } = link;
  const isNewSession = link.session !== session;
  if (!isNewSession && link.epoch === epoch) return;
  link.session = session;
  link.epoch = epoch;
  link.messages = newStream(0);
  outgoing.forgetBefore(epoch);
  if (!isNewSession) return;
  link.blocks = newStream(1);
  link.isDroppedDue = true;
  outgoing.restart();
  link.deliveries.restart();
  link.committee?.setBack();
}

/** Forgets what was said and given on a former connection. */
export function beginConnection(link: Link): void {
  link.wanted = undefined;
  link.stated = { text: "", at: link.now };
  link.statements = 0;
  link.isDroppedDue = true;
  link.blocks = newStream(1);
  link.messages = newStream(0);
}

/** The layer's clock may be a little ahead of the coordinator's. */
const TURNS_UNTIL_TAKEN = 2;

/**
 * What is ahead of the network's time the coordinator does not take. Once the time has come up, all of it is given
 * again at once: what is given again because it was lost comes ever later.
 */
export function giveWhatWasAhead(link: Link): void {
  link.turnsSinceAhead = link.sequencer.status().ahead > 0 ? 0 : link.turnsSinceAhead + 1;
  if (link.turnsSinceAhead !== TURNS_UNTIL_TAKEN) return;
  link.blocks = newStream(link.blocks.taken + 1);
  link.messages = newStream(link.messages.taken + 1);
}

/** The coordinator wants the layer in another session than it is: what belongs to this one is void. */
export function isSetBackDue({ wanted, sequencer }: Link): boolean {
  return wanted !== undefined && wanted.session !== sequencer.session;
}
