import { type Field, publicKeyOf, signChallenge } from "@frond/foundation";
import { messagesHash, signBlock, signPreconfirmations, toJson, transactionHash } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { type CoordinatorFrame, identityChallenge, type LayerFrame } from "../link/frames.ts";
import { statementOf } from "../tree/blockStep.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import { SOME_DATA } from "./someData.ts";
import type { TestTree } from "./testTree.ts";

type Frame<T extends CoordinatorFrame["type"]> = Extract<CoordinatorFrame, { type: T }>;

/** A layer whose sequencer's key somebody has who says what a test lets them say. */
export type HostileLayer = {
  /** Whether the layer answers when it is asked to prepare a leg. */
  answersPrepare: boolean;
  /** Milliseconds until it answers then, and whether it answers that it can't. */
  readonly prepare: { milliseconds: number; fails: boolean };
  /** Times at which the layer was asked to prepare a leg. */
  readonly prepares: number[];
  /** Hands over the layer's next block, signed: empty, but for what is given. */
  hand(block?: Partial<BlockRecord>): Promise<void>;
  closed(): void;
};

/**
 * Takes the place of a layer of a tree. It is where it is wanted, has no state, and promises and executes every leg by
 * word only.
 */
export async function hostileLayer(
  tree: TestTree,
  { known, secret }: { readonly known: KnownLayer; readonly secret: bigint },
): Promise<HostileLayer> {
  const { layerId } = known;
  let wanted: Frame<"wanted"> | undefined;
  let numbers = 0;
  let time = Date.now();
  let block = 0;
  let stateRoot: Field = known.config.genesisStateRoot;
  const connection = tree.coordinator.accept({
    send: (frame) => void setTimeout(() => receive(frame), 1),
    close() {},
    probe() {},
  });
  const say = (frame: LayerFrame) => connection.receive(toJson(frame as never));

  function receive(frame: CoordinatorFrame): void {
    if (frame.type === "challenge") void identify(frame);
    else if (frame.type === "wanted") follow(frame);
    else if (frame.type === "prepare") {
      layer.prepares.push(performance.now());
      if (layer.answersPrepare) setTimeout(() => answerPrepare(frame), layer.prepare.milliseconds);
    } else if (frame.type === "commit") void say({ type: "answer", id: frame.id, preconfirmation: promise(frame) });
  }

  function answerPrepare({ id }: Frame<"prepare">): void {
    const failure = { code: "execution-failed", message: "It can't.", retry: false };
    void say({ type: "answer", id, ...(layer.prepare.fails && { failure }) });
  }

  async function identify({ nonce }: Frame<"challenge">): Promise<void> {
    const key = publicKeyOf(secret);
    const { signature } = signChallenge(secret, (r) => identityChallenge({ r: r.x, key, layerId, nonce }));
    await say({ type: "identify", layerId, url: "http://hostile", signature });
    await state();
  }

  function follow(next: Frame<"wanted">): void {
    if (wanted === undefined || next.session > wanted.session) block = next.block;
    wanted = next;
    void state();
  }

  function state(): Promise<void> {
    const { session = 0, epoch = tree.coordinator.network().epoch.open, isHeld = false, message = -1 } = wanted ?? {};
    const at = { session, epoch, block, sealed: block, message, time, isHeld, returning: { count: 0 }, settled: 0 };
    numbers += 1;
    return say({ type: "position", number: numbers, ...at });
  }

  function promise({ transaction }: Frame<"commit">) {
    const { epoch } = wanted!;
    const place = { time, epoch, block: block + 1, position: 0 };
    return signPreconfirmations([{ layerId, transactionHash: transactionHash(transaction), ...place }], secret)[0]!;
  }

  const layer: HostileLayer = {
    answersPrepare: true,
    prepare: { milliseconds: 0, fails: false },
    prepares: [],
    async hand(given = {}) {
      time = Math.max(time + 1, Date.now());
      block += 1;
      const record = {
        ...{ number: block, time, epoch: wanted!.epoch, size: "small", status: "sealed", sealedAt: 0 },
        ...{ transactions: [], consumed: [], produced: [], fee: 0n, ...SOME_DATA, entries: 0, inserts: 0 },
        ...{ stateRootBefore: stateRoot, stateRootAfter: stateRoot + 1n },
        ...given,
      } as Omit<BlockRecord, "signature" | "messagesHash"> as BlockRecord;
      stateRoot += 1n;
      const consumed = record.consumed.map(({ message }) => message);
      const full = { ...record, messagesHash: messagesHash(record.produced, consumed) };
      const { signature } = signBlock(statementOf(full, layerId), secret);
      const inputs = { layer_id: `${layerId}`, time: `${time}` };
      await say({ type: "block", session: wanted!.session, block: { ...full, signature }, inputs });
      await state();
    },
    closed: () => connection.closed(),
  };
  return layer;
}
