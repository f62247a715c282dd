import { type Field, type Logger, publicKeyOf, signChallenge } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import type { InputMap } from "@frond/prover";
import type { Sequencer } from "@frond/sequencer";
import type { BlockRecord, Store } from "@frond/store";
import { WebSocket } from "ws";
import {
  type CoordinatorFrame,
  coordinatorFrameSchema,
  frameToText,
  helloChallenge,
  type LayerFrame,
  parseFrame,
} from "./frames.ts";

export type LayerLinkOptions = {
  readonly layerId: Field;
  /** Where the coordinator takes layers: `ws://host:port/layers`. */
  readonly coordinatorUrl: () => string;
  /** The sequencer's secret, with which the layer says who it is. */
  readonly secret: bigint;
  /** Where clients find the layer's node. */
  readonly url: () => string;
};

export type LayerLinkDependencies = {
  readonly sequencer: Sequencer;
  readonly store: Pick<Store, "block" | "lastBlockNumber" | "witness" | "table">;
  /** The inputs of the circuit that proves a block. */
  readonly blockInputs: (witness: BlockWitness) => InputMap;
  readonly setBlockStatus: (number: number, status: "proven" | "settled") => Promise<void>;
  /** A circuit of the layer in packed form, for a coordinator that does not have it. */
  readonly packedCircuit?: (digest: string) => Promise<Uint8Array>;
  readonly onSettled?: (
    epoch: number,
    blocks: readonly BlockRecord[],
    details: Readonly<Record<string, unknown>>,
  ) => void | Promise<void>;
  readonly logger: Logger;
};

export type LayerLink = {
  start(): Promise<void>;
  /** A block is durable. */
  blockSealed(block: BlockRecord): void;
  status(): { readonly coordinator: "connected" | "connecting" | "refused"; readonly reason?: string };
  close(): Promise<void>;
};

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 3_000;
const STATS_INTERVAL = 1_000;
/** Milliseconds without a sign of the coordinator after which the connection is given up. */
const SILENCE = 15_000;

/**
 * A layer's side of its connection with the coordinator (ARCHITECTURE.md, "The tree"). Everything that is said can be said again: after an interruption the layer says where it is, and the coordinator says how it
 * goes on from there, or that the layer has to start again after its last accepted block.
 */
export function createLayerLink(options: LayerLinkOptions, dependencies: LayerLinkDependencies): LayerLink {
  const { sequencer, store, logger } = dependencies;
  let socket: WebSocket | undefined;
  let state: "connecting" | "connected" | "refused" = "connecting";
  let reason: string | undefined;
  let closed = false;
  let retryTimer: NodeJS.Timeout | undefined;
  let statsTimer: NodeJS.Timeout | undefined;
  let pause = FIRST_PAUSE;
  /** The last block that was handed over on this connection, and what hands them over one after the other. */
  let handedOver = 0;
  let uploading: Promise<void> = Promise.resolve();
  /** Rebases, holds and seals in the order in which they were asked for. */
  let ordered: Promise<unknown> = Promise.resolve();
  let lastSign = Date.now();

  const send = (frame: LayerFrame): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(frameToText(frame));
  };

  function connect(): void {
    if (closed) return;
    state = "connecting";
    const opened = new WebSocket(options.coordinatorUrl(), { perMessageDeflate: false, maxPayload: 256 * 2 ** 20 });
    socket = opened;
    lastSign = Date.now();
    opened.on("message", (data) => {
      lastSign = Date.now();
      const frame = parseFrame(coordinatorFrameSchema, data.toString());
      if (frame !== undefined && opened === socket) receive(frame);
    });
    opened.on("ping", () => {
      lastSign = Date.now();
    });
    opened.on("error", (error) => logger.debug("The coordinator can't be reached", { reason: error.message }));
    opened.on("close", () => {
      if (closed || opened !== socket) return;
      if (state === "connected") logger.warn("The connection with the coordinator has ended; connecting again");
      if (state !== "refused") state = "connecting";
      retryTimer = setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  }

  function receive(frame: CoordinatorFrame): unknown {
    switch (frame.type) {
      case "challenge":
        return hello(frame.nonce);
      case "welcome":
        return welcomed(frame.block);
      case "refused":
        state = "refused";
        reason = frame.reason;
        return logger.error("The coordinator refuses this layer", { reason: frame.reason });
      case "network":
        return sequencer.setAllowance({
          reachable: new Set(frame.reachable),
          blocks: Number.POSITIVE_INFINITY,
          deposits: frame.listQuota,
          exits: frame.listQuota,
        });
      case "deliver":
        return deliver(frame);
      case "hold":
        return inOrder(async () => {
          await sequencer.hold();
          send({ type: "held", session: sequencer.session, epoch: frame.epoch });
        });
      case "release":
        return inOrder(async () => sequencer.release());
      case "seal":
        return inOrder(() => seal(frame.epoch));
      case "rebase":
        return inOrder(() => rebase(frame));
      case "prepare":
        return answer(frame.id, async () => void (await sequencer.prepare(frame.transaction)));
      case "commit":
        return answer(frame.id, () => commit(frame));
      case "abort":
        return sequencer.abort(frame.hash);
      case "accepted":
        return;
      case "proven":
        return void dependencies.setBlockStatus(frame.block, "proven").catch(() => {});
      case "settled":
        return inOrder(() => settled(frame));
      case "need":
        return void upload(frame.digest).catch((error) =>
          logger.warn("A circuit can't be handed over", { error: String(error) }),
        );
    }
  }

  function inOrder(work: () => Promise<unknown>): void {
    ordered = ordered.then(work).catch((error) => {
      if (!closed) logger.error("The coordinator's request failed", { error: String(error) });
    });
  }

  function hello(nonce: Field): void {
    const key = publicKeyOf(options.secret);
    const { layerId } = options;
    const { signature } = signChallenge(options.secret, (r) => helloChallenge({ r: r.x, key, layerId, nonce }));
    inOrder(async () =>
      send({
        type: "hello",
        layerId,
        url: options.url(),
        session: sequencer.session,
        epoch: sequencer.epoch,
        block: store.lastBlockNumber(),
        signature,
      }),
    );
  }

  function welcomed(block: number): void {
    isConnected();
    handedOver = block;
    for (const outgoing of sequencer.outbox()) sendMessage(outgoing);
    inOrder(async () => {
      for (let number = block + 1; number <= store.lastBlockNumber(); number++) handOver(store.block(number)!);
    });
  }

  function isConnected(): void {
    state = "connected";
    reason = undefined;
    pause = FIRST_PAUSE;
  }

  const sendMessage: Parameters<typeof sequencer.on<"message">>[1] = (outgoing) => {
    if (state === "connected") send({ type: "message", session: sequencer.session, outgoing });
  };

  const tellDropped = (): void => {
    if (state === "connected")
      send({ type: "rebased", session: sequencer.session, dropped: [...sequencer.lastDropped()] });
  };

  /** Makes the inputs of the block's circuit and hands both over; one block after the other. */
  function handOver(block: BlockRecord): void {
    const { session } = sequencer;
    uploading = uploading
      .then(async () => {
        if (block.number <= handedOver || session !== sequencer.session || state !== "connected") return;
        const witness = store.witness(block.number);
        if (witness === undefined) return;
        const inputs = dependencies.blockInputs(witness) as Record<string, unknown>;
        handedOver = block.number;
        send({ type: "block", session, block: { ...block, status: "sealed" }, inputs });
        // Lets the thread answer clients between two blocks.
        await new Promise(setImmediate);
      })
      .catch((error) => logger.error("A block can't be handed over", { block: block.number, error: String(error) }));
  }

  async function seal(epoch: number): Promise<void> {
    await sequencer.closeEpoch(epoch);
    sequencer.release();
    const { session } = sequencer;
    const block = lastOf(epoch);
    for (let number = handedOver + 1; number <= block; number++) handOver(store.block(number)!);
    await uploading;
    send({ type: "sealed", session, epoch, block });
  }

  /** The last block of an epoch or of one before. */
  function lastOf(epoch: number): number {
    let number = store.lastBlockNumber();
    while (number > 0 && store.block(number)!.epoch > epoch) number--;
    return number;
  }

  async function rebase(frame: Extract<CoordinatorFrame, { type: "rebase" }>): Promise<void> {
    const { session, through, epoch, drop } = frame;
    if (session < sequencer.session) return;
    await sequencer.rebase({ session, through, epoch, drop });
    sequencer.release();
    handedOver = through;
    isConnected();
    send({ type: "rebased", session, dropped: [...sequencer.lastDropped()] });
    for (const outgoing of sequencer.outbox()) sendMessage(outgoing);
    for (let number = through + 1; number <= store.lastBlockNumber(); number++) handOver(store.block(number)!);
  }

  function deliver({ source, position, message }: Extract<CoordinatorFrame, { type: "deliver" }>): void {
    // After what was asked for before it: a message that comes after a rebase belongs to what follows it.
    inOrder(async () => {
      const { session } = sequencer;
      sequencer
        .consume([{ source, position, message }])
        .then(() => send({ type: "handled", session, source, position }))
        .catch((error) => {
          if (session !== sequencer.session || closed) return;
          send({ type: "handled", session, source, position, error: String(error?.message ?? error).slice(0, 1_000) });
        });
    });
  }

  /** A promise that has expired, or was forgotten in a restart, is given again if it still can be. */
  async function commit({ hash, transaction }: Extract<CoordinatorFrame, { type: "commit" }>) {
    try {
      return await sequencer.commit(hash);
    } catch (error) {
      if ((error as { code?: string }).code !== "sequencer/not-prepared") throw error;
      await sequencer.prepare(transaction);
      return await sequencer.commit(hash);
    }
  }

  function answer(id: number, work: () => Promise<unknown>): void {
    const { session } = sequencer;
    work().then(
      (preconfirmation) =>
        send({
          type: "answer",
          session,
          id,
          ...(preconfirmation === undefined ? {} : { preconfirmation: preconfirmation as never }),
        }),
      (error) =>
        send({
          type: "answer",
          session,
          id,
          failure: {
            code: String(error?.code ?? "unknown").replace(/^sequencer\//, ""),
            message: String(error?.message ?? error).slice(0, 1_000),
            retry: error?.retry === true || error?.retry === "later",
          },
        }),
    );
  }

  async function settled({ epoch, through, details }: Extract<CoordinatorFrame, { type: "settled" }>): Promise<void> {
    const blocks: BlockRecord[] = [];
    for (let number = through; number > 0; number--) {
      const block = store.block(number);
      if (block === undefined || block.epoch !== epoch || block.status === "settled") break;
      blocks.unshift(block);
    }
    for (const block of blocks) await dependencies.setBlockStatus(block.number, "settled");
    await dependencies.onSettled?.(epoch, blocks, details);
  }

  async function upload(digest: string): Promise<void> {
    const packed = await dependencies.packedCircuit?.(digest);
    if (packed !== undefined) send({ type: "circuit", digest, data: Buffer.from(packed).toString("base64") });
  }

  function tell(): void {
    if (Date.now() - lastSign > SILENCE) socket?.terminate();
    const { slot, block, accepted, rejected, waiting, unsealed } = sequencer.status();
    const fee = sequencer.fee().fee.toString();
    send({ type: "stats", stats: { slot, block, accepted, rejected, waiting, unsealed, fee } });
  }

  return {
    async start() {
      sequencer.on("message", sendMessage);
      sequencer.on("dropped", tellDropped);
      statsTimer = setInterval(tell, STATS_INTERVAL);
      connect();
    },
    blockSealed(block) {
      if (state === "connected" && block.number > handedOver) handOver(block);
    },
    status: () => ({ coordinator: state, ...(reason === undefined ? {} : { reason }) }),
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      clearInterval(statsTimer);
      sequencer.off("message", sendMessage);
      sequencer.off("dropped", tellDropped);
      socket?.terminate();
      await uploading;
      await ordered;
    },
  };
}
