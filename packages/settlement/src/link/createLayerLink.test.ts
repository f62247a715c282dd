import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { MessageKind, transactionHash } from "@frond/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { alice } from "../testing/bank.ts";
import type { LayerFrame } from "./frames.ts";
import {
  deliver,
  LAYER,
  type LinkedLayer,
  type LinkedLayerOptions,
  legOf,
  newStore,
  OTHER,
  seconds,
  slowStore,
  startLinkedLayer,
  until,
} from "./testing/linkedLayer.ts";
import { type ScriptedCoordinator, startScriptedCoordinator } from "./testing/scriptedCoordinator.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: LinkedLayerOptions = {}, store = newStore()) {
  const coordinator = await startScriptedCoordinator();
  closing.push(coordinator.close);
  const layer = await startLinkedLayer(() => coordinator.url, store, options);
  closing.push(layer.stop);
  await until(() => layer.link.status().coordinator === "connected", "the layer is connected");
  return { coordinator, layer };
}

/** A layer in which Alice has 1,000, and whose first block the coordinator has. */
async function startFunded(options: LinkedLayerOptions = {}, store = newStore()) {
  const started = await start(options, store);
  const { coordinator, layer } = started;
  coordinator.say(deliver(0, { amount: 1_000n }));
  await until(() => coordinator.of("handled").length === 1, "the deposit is handled");
  await layer.seal();
  await until(() => coordinator.wanted.block === 1, "the coordinator has the block");
  return started;
}

const lastPosition = ({ of }: ScriptedCoordinator) => of("position").at(-1)!;
const numbersOf = ({ of }: ScriptedCoordinator) => of("block").map(({ block }) => block.number);

describe("what a layer gives", () => {
  test("is its blocks in order, each once, and its messages, each with the one before", async () => {
    const { coordinator, layer } = await startFunded();
    for (let i = 0; i < 6; i++) await layer.call("send", [OTHER, alice, 1n]);
    await layer.seal();
    await until(() => coordinator.wanted.block === 3 && coordinator.of("message").length === 6, "everything has come");
    await seconds(20);
    expect(numbersOf(coordinator)).toEqual([1, 2, 3]);
    expect(coordinator.of("block").every(({ inputs }) => inputs?.layer_id !== undefined)).toBe(true);
    const messages = coordinator.of("message");
    expect(messages.map(({ previous }) => previous)).toEqual(
      [-1, ...messages.map(({ outgoing }) => outgoing.position)].slice(0, 6),
    );
    expect(lastPosition(coordinator)).toMatchObject({ session: 0, epoch: 1, block: 3, sealed: 0, isHeld: false });
  });

  test("comes again if it was lost, from the first that was", async () => {
    const { coordinator, layer } = await startFunded();
    const lost: LayerFrame[] = [];
    coordinator.loses = (frame) => {
      const isLost = (frame.type === "block" || frame.type === "message") && lost.length < 5;
      if (isLost) lost.push(frame);
      return isLost;
    };
    for (let i = 0; i < 3; i++) {
      await layer.call("send", [OTHER, alice, 1n]);
      await layer.seal();
    }
    await until(() => coordinator.wanted.block === 4 && coordinator.of("message").length >= 3, "everything has come");
    expect(lost.length).toBe(5);
  });

  test("comes at all if what the coordinator says is lost for a while", async () => {
    const { coordinator, layer } = await startFunded();
    let losses = 0;
    coordinator.loses = (frame) => frame.type === "wanted" && losses++ < 10;
    await layer.call("pay", [alice, 1n]);
    await layer.seal();
    await until(() => coordinator.wanted.block === 2 && losses > 10, "the block has come");
  });

  test("is on a new connection only what the coordinator lacks", async () => {
    const { coordinator, layer } = await startFunded();
    coordinator.disconnect();
    await until(() => layer.link.status().coordinator === "connecting", "the connection has ended");
    await layer.call("send", [OTHER, alice, 1n]);
    await layer.seal();
    await until(() => coordinator.wanted.block === 2, "the block has come");
    await seconds(10);
    expect(numbersOf(coordinator)).toEqual([1, 2]);
    expect(coordinator.of("message").length).toBe(1);
    expect(coordinator.connections()).toBe(2);
  });

  test("is given at once on a new connection, though it was lost a moment before on another one", async () => {
    const { coordinator, layer } = await start({ turnMilliseconds: 3_600_000 });
    let isLossy = true;
    let losses = 0;
    coordinator.loses = (frame) => isLossy && frame.type === "block" && ++losses > 0;
    await layer.call("pay", [alice, 0n]);
    await layer.seal();
    await until(() => losses === 1, "the block was lost");
    isLossy = false;
    coordinator.disconnect();
    await until(() => coordinator.wanted.block === 1, "the block has come");
  });

  test("begins on each connection with where it is, at once", async () => {
    const { coordinator } = await start({ turnMilliseconds: 3_600_000 });
    coordinator.frames.length = 0;
    coordinator.disconnect();
    await until(() => coordinator.of("position").length > 0, "the layer says where it is");
  });

  test("survives an action that fails", async () => {
    let failures = 0;
    const { coordinator, layer } = await start({
      blockInputs: () => {
        if (failures++ < 2) throw new Error("not now");
        return {};
      },
    });
    coordinator.say(deliver(0));
    await until(() => coordinator.of("handled").length === 1, "the deposit is handled");
    await layer.seal();
    await until(() => coordinator.wanted.block === 1, "the block has come");
    expect(failures).toBe(3);
  });

  test("may be large", async () => {
    const { coordinator, layer } = await start({ blockInputs: () => ({ large: "x".repeat(5 * 2 ** 20) }) });
    coordinator.say(deliver(0));
    await until(() => layer.balance() === 1n, "the deposit is handled");
    await layer.seal();
    await until(() => coordinator.wanted.block === 1, "the block has come");
    expect(String(coordinator.of("block")[0]!.inputs?.large).length).toBe(5 * 2 ** 20);
  });

  test("is a circuit only if it was asked for", async () => {
    const packed = Buffer.alloc(3 * 2 ** 20, 7);
    const { coordinator } = await start({
      packedCircuit: async (digest) => (digest === "abc" ? packed : new Uint8Array()),
    });
    await seconds(5);
    expect(coordinator.of("circuit")).toEqual([]);
    coordinator.say({ type: "need", digest: "abc" });
    await until(() => coordinator.of("circuit").length === 1, "the circuit has come");
    expect(coordinator.of("circuit")[0]).toEqual({ type: "circuit", digest: "abc", data: packed.toString("base64") });
  });
});

describe("a message for a layer", () => {
  test("is consumed in its order only, and handled when it is durable", async () => {
    const { coordinator, layer } = await start();
    coordinator.say(deliver(1, { amount: 10n }), deliver(2, { amount: 100n }));
    await seconds(5);
    expect(layer.balance()).toBe(0n);
    coordinator.say(deliver(0), deliver(2, { amount: 100n }), deliver(1, { amount: 10n }));
    await until(() => coordinator.of("handled").length === 2, "two are handled");
    expect(layer.balance()).toBe(11n);
    coordinator.say(deliver(2, { amount: 100n }));
    await until(() => coordinator.of("handled").length === 3, "the third is handled");
    expect(layer.balance()).toBe(111n);
    expect(coordinator.of("handled").map(({ position }) => position)).toEqual([0, 1, 2]);
  });

  test("is said to be handled again if it comes again, and consumed once", async () => {
    const { coordinator, layer } = await start();
    for (let i = 1; i <= 3; i++) {
      coordinator.say(deliver(0));
      await until(() => coordinator.of("handled").length === i, "it is handled");
    }
    expect(layer.balance()).toBe(1n);
  });

  test("is said to be handled after the messages that its handler sent", async () => {
    const { coordinator, layer } = await start();
    const message = {
      from: OTHER,
      to: LAYER,
      time: 3,
      kind: MessageKind.call,
      asset: 1,
      amount: 5n,
      recipient: alice,
      payload: 2n,
    };
    const source = `layer:${OTHER}`;
    const call = { type: "deliver", session: 0, epoch: 1, source, previous: -1, position: 192, message } as const;
    coordinator.loses = ({ type }) => type === "message" || type === "handled";
    coordinator.say(call);
    await until(() => layer.sequencer.outbox().length === 1, "it is consumed and answered");
    coordinator.disconnect();
    // It comes again before the coordinator has said what it has.
    coordinator.loses = ({ type }) => type === "wanted";
    coordinator.frames.length = 0;
    await until(() => coordinator.frames.length > 0, "the layer is back");
    coordinator.say(call);
    await seconds(5);
    expect(coordinator.of("handled")).toEqual([]);
    coordinator.loses = () => false;
    coordinator.want({});
    await until(() => coordinator.of("handled").length === 1, "it is handled");
    const types = coordinator.frames.map(({ type }) => type);
    expect(types.indexOf("message")).toBeGreaterThan(-1);
    expect(types.indexOf("message")).toBeLessThan(types.indexOf("handled"));
  });

  test("that can never be consumed is reported, each time that it comes", async () => {
    const { coordinator } = await start();
    const wrong = deliver(0);
    for (let i = 1; i <= 2; i++) {
      coordinator.say({ ...wrong, message: { ...wrong.message, to: OTHER } });
      await until(() => coordinator.of("handled").length === i, "it is reported");
    }
    expect(coordinator.of("handled")[1]).toMatchObject({
      position: 0,
      error: expect.stringContaining("another layer"),
    });
  });

  test("is void if it was sent before a set-back, however long that takes", async () => {
    const { coordinator, layer } = await startFunded({}, slowStore("rollback", 200));
    coordinator.say(deliver(1, { amount: 7n }));
    coordinator.want({ session: 1, block: 1 });
    // The layer is going back meanwhile.
    await seconds(3);
    coordinator.say(deliver(2, { amount: 70n }));
    await until(() => lastPosition(coordinator).session === 1, "the layer is set back");
    await seconds(5);
    expect(layer.balance()).toBe(1_000n);
    coordinator.say(deliver(1, { session: 1, amount: 7n }));
    await until(() => layer.balance() === 1_007n, "it is consumed after the set-back");
    await until(() => coordinator.of("handled").at(-1)?.session === 1, "it is handled");
  });
});

describe("a layer that is wanted elsewhere", () => {
  test("goes back, and hands over what it made of it", async () => {
    const { coordinator, layer } = await startFunded();
    await layer.call("send", [OTHER, alice, 1n]);
    await layer.seal();
    await until(() => coordinator.wanted.block === 2, "the block has come");
    coordinator.want({ session: 4, block: 1, epoch: 3 });
    await until(() => lastPosition(coordinator).session === 4, "the layer is set back");
    expect(lastPosition(coordinator)).toMatchObject({ epoch: 3, sealed: 1 });
    await layer.seal();
    await until(() => coordinator.wanted.block === 2, "the block has come again");
    expect(coordinator.of("block").map(({ session, block }) => [session, block.number, block.epoch])).toEqual([
      [0, 1, 1],
      [0, 2, 1],
      [4, 2, 3],
    ]);
    expect(coordinator.of("message").map(({ session, previous }) => [session, previous])).toEqual([
      [0, -1],
      [4, -1],
    ]);
  });

  test("goes to the last of several set-backs that come at once", async () => {
    const { coordinator, layer } = await startFunded();
    for (const session of [1, 2, 3]) coordinator.want({ session, block: 1 });
    await until(() => lastPosition(coordinator).session === 3, "the layer is set back");
    expect(layer.balance()).toBe(1_000n);
  });

  test("closes the epochs that it has missed, and hands over their last blocks", async () => {
    const { coordinator, layer } = await startFunded();
    await layer.call("pay", [alice, 1n]);
    coordinator.want({ epoch: 4 });
    await until(() => lastPosition(coordinator).epoch === 4, "the layer is in epoch 4");
    await until(() => coordinator.wanted.block === 2, "the block has come");
    expect(lastPosition(coordinator).sealed).toBe(2);
    expect(coordinator.of("block")[1]?.block.epoch).toBe(1);
    await layer.call("pay", [alice, 1n]);
    await layer.seal();
    await until(() => coordinator.wanted.block === 3, "the next block has come");
    expect(coordinator.of("block")[2]?.block.epoch).toBe(4);
  });

  test("sends what becomes durable only while an epoch is closed before it says that it is", async () => {
    const { coordinator, layer } = await startFunded({}, slowStore("append", 50));
    const sent = layer.call("send", [OTHER, alice, 1n]);
    await until(() => layer.sequencer.status().unsealed === 1, "it is executed");
    coordinator.want({ epoch: 2 });
    await sent;
    await until(() => lastPosition(coordinator).epoch === 2, "the layer is in epoch 2");
    const told = coordinator.frames.findIndex(({ type }) => type === "message");
    expect(told).toBeGreaterThan(-1);
    expect(coordinator.of("message")[0]?.outgoing.epoch).toBe(1);
    expect(told).toBeLessThan(coordinator.frames.findIndex((frame) => frame.type === "position" && frame.epoch === 2));
    expect(lastPosition(coordinator).sealed).toBe(2);
  });

  test("is held, says so when everything has been sent, and is released", async () => {
    const { coordinator, layer } = await startFunded();
    await layer.call("send", [OTHER, alice, 1n]);
    coordinator.want({ isHeld: true });
    await until(() => lastPosition(coordinator).isHeld, "the layer is held");
    const held = coordinator.frames.findIndex((frame) => frame.type === "position" && frame.isHeld);
    expect(coordinator.frames.findIndex(({ type }) => type === "message")).toBeLessThan(held);
    const waiting = layer.call("pay", [alice, 1n]);
    await seconds(5);
    expect(layer.sequencer.status().waiting).toBe(1);
    coordinator.want({ isHeld: false });
    await waiting;
    await until(() => !lastPosition(coordinator).isHeld, "the layer is released");
  });

  test("that is held does not say so on a new connection before its messages are there", async () => {
    const { coordinator, layer } = await startFunded();
    coordinator.loses = ({ type }) => type === "message";
    await layer.call("send", [OTHER, alice, 1n]);
    coordinator.want({ isHeld: true });
    await until(() => lastPosition(coordinator).isHeld, "the layer is held");
    coordinator.loses = () => false;
    coordinator.disconnect();
    coordinator.frames.length = 0;
    await until(() => coordinator.of("position").at(-1)?.isHeld === true, "the layer is held again");
    const types = coordinator.frames.map((frame) => (frame.type === "position" && frame.isHeld ? "held" : frame.type));
    expect(types.indexOf("message")).toBeGreaterThan(-1);
    expect(types.indexOf("message")).toBeLessThan(types.indexOf("held"));
  });

  test("says so when the coordinator knows less than it, and goes on when it knows more", async () => {
    const { coordinator, layer } = await startFunded();
    coordinator.want({ session: 2, block: 1 });
    await until(() => lastPosition(coordinator).session === 2, "the layer is set back");
    coordinator.want({ session: 1 });
    await until(() => layer.link.status().coordinator === "refused", "the layer is refused");
    expect(layer.link.status().reason).toContain("set back 2 times, and the coordinator knows of 1");
    coordinator.wanted.session = 3;
    await until(() => layer.link.status().coordinator === "connected", "the layer is connected");
    await until(() => layer.sequencer.session === 3, "the layer is set back");
    expect(layer.link.status().reason).toBeUndefined();
  });
});

describe("the network's time", () => {
  const HOUR = 3_600_000;
  const later = () => Date.now() + HOUR;

  test("is the layer's from when it is told", async () => {
    const { coordinator, layer } = await startFunded();
    const told = later();
    coordinator.say({ type: "clock", time: told });
    await until(() => layer.sequencer.status().time >= told, "the layer has the time");
    const { time } = await layer.call("pay", [OTHER, 1n]);
    expect(time).toBeGreaterThanOrEqual(told);
    expect(time).toBeLessThan(told + 60_000);
    await until(() => lastPosition(coordinator).time === time, "the layer says the time of its open block");
  });

  test("is after the end of the epoch before, also when the layer has started again", async () => {
    const { coordinator, layer } = await startFunded();
    const after = Date.now() + 1_500;
    coordinator.want({ epoch: 2, after });
    await until(() => lastPosition(coordinator).epoch === 2, "the layer has entered the epoch");
    await layer.stop();
    const again = await startLinkedLayer(() => coordinator.url, layer.store);
    closing.push(again.stop);
    coordinator.say({ type: "clock", time: Date.now() - HOUR });
    const { time, epoch } = await again.call("pay", [OTHER, 1n]);
    expect([epoch, time > after, time < after + 60_000]).toEqual([2, true, true]);
  });

  test("begins where a set-back says", async () => {
    const { coordinator, layer } = await startFunded();
    const after = Date.now() + 1_500;
    coordinator.want({ session: 1, block: 1, epoch: 5, after });
    await until(() => lastPosition(coordinator).session === 1, "the layer has gone back");
    const { time, epoch } = await layer.call("pay", [OTHER, 1n]);
    expect([epoch, time > after]).toEqual([5, true]);
  });
});

describe("bundles", () => {
  const answers = ({ of }: ScriptedCoordinator) => of("answer");

  test("are prepared and committed, and once more if they were forgotten", async () => {
    const { coordinator, layer } = await startFunded();
    const transaction = legOf(layer);
    const hash = transactionHash(transaction);
    coordinator.say({ type: "prepare", id: 1, session: 0, transaction });
    await until(() => answers(coordinator).length === 1, "the leg is prepared");
    coordinator.say({ type: "abort", hash }, { type: "commit", id: 2, session: 0, hash, transaction });
    await until(() => answers(coordinator).length === 2, "the leg is committed");
    expect(answers(coordinator)[0]).toEqual({ type: "answer", id: 1 });
    expect(answers(coordinator)[1]).toMatchObject({ id: 2, preconfirmation: { transactionHash: hash } });
    expect(layer.sequencer.status().accepted).toBe(1);
  });

  test("say why they fail", async () => {
    const { coordinator, layer } = await start();
    coordinator.say({ type: "prepare", id: 7, session: 0, transaction: { ...legOf(layer), layerId: OTHER } });
    await until(() => answers(coordinator).length === 1, "there is an answer");
    expect(answers(coordinator)[0]).toMatchObject({ id: 7, failure: { code: "wrong-layer", retry: false } });
  });

  test("are not executed once a set-back is due, though the layer is still busy", async () => {
    const { coordinator, layer } = await startFunded();
    const transaction = legOf(layer);
    coordinator.say({ type: "prepare", id: 1, session: 0, transaction });
    await until(() => answers(coordinator).length === 1, "the leg is prepared");
    // It can't be held before the leg is committed or forgotten.
    coordinator.want({ isHeld: true });
    await until(() => layer.sequencer.isHeld, "the layer is being held");
    coordinator.want({ session: 1, block: 1 });
    coordinator.say({ type: "commit", id: 2, session: 0, hash: transactionHash(transaction), transaction });
    await until(() => answers(coordinator).length === 2, "there is an answer");
    expect(answers(coordinator)[1]).toMatchObject({ failure: { code: "set-back", retry: true } });
    await until(() => lastPosition(coordinator).session === 1, "the layer is set back");
    expect(layer.sequencer.status().accepted).toBe(0);
  });
});

describe("what a set-back leaves without a place", () => {
  /** Alice's payment is promised, and the deposit that it spends is gone. */
  async function withReturning(order: (layer: LinkedLayer) => Promise<unknown>) {
    const { coordinator, layer } = await startFunded();
    const shares = { blocks: 64, deposits: 96, exits: 96 };
    const none = { frozen: [], waitingBundles: [], frozenBundles: [] };
    coordinator.say({ type: "network", reachable: [OTHER], ...none, round: 1, ...shares });
    await order(layer);
    coordinator.want({ session: 1, block: 0 });
    await until(() => lastPosition(coordinator).returning.failing !== undefined, "it returns, and fails");
    const { failing } = lastPosition(coordinator).returning;
    return { coordinator, layer, time: failing! };
  }
  const pay = (layer: LinkedLayer) => layer.call("pay", [alice, 1n]);

  test("gets it again once what it needs is back", async () => {
    const { coordinator, layer, time } = await withReturning(pay);
    coordinator.want({ giveUp: time - 1 });
    await seconds(5);
    expect(lastPosition(coordinator).returning).toEqual({ count: 1, waiting: time, failing: time });
    coordinator.say(deliver(0, { session: 1, amount: 1_000n }));
    await until(() => lastPosition(coordinator).returning.count === 0, "it is back");
    expect(layer.sequencer.lastDropped()).toEqual([]);
  });

  test("is given up when the coordinator says that nothing more comes", async () => {
    const { coordinator, layer, time } = await withReturning(pay);
    coordinator.want({ giveUp: time });
    await until(() => lastPosition(coordinator).returning.count === 0, "it is given up");
    expect(layer.sequencer.lastDropped().length).toBe(1);
    expect(coordinator.of("dropped")).toEqual([]);
  });

  test("is told if it was a leg, and told again on each connection", async () => {
    let hash = 0n;
    const { coordinator, layer, time } = await withReturning(async (own) => {
      const transaction = legOf(own);
      hash = transactionHash(transaction);
      await own.sequencer.prepare(transaction);
      await own.sequencer.commit(hash);
    });
    coordinator.want({ giveUp: time });
    await until(() => coordinator.of("dropped").length === 1, "the leg is told");
    expect(coordinator.of("dropped")[0]).toMatchObject({
      legs: [{ hash, code: "sequencer/execution-failed" }],
    });
    coordinator.disconnect();
    await until(() => coordinator.of("dropped").length === 2, "the leg is told again");
    expect(layer.sequencer.status().unsealed).toBe(0);
  });

  test("is left out if the set-back says so", async () => {
    const { coordinator, layer } = await startFunded();
    const { transactionHash: hash } = await pay(layer);
    coordinator.want({ session: 1, block: 1, drop: [{ hash, code: "bundle-failed", message: "a leg failed" }] });
    await until(() => lastPosition(coordinator).session === 1, "the layer is set back");
    expect(layer.sequencer.dropped(hash)).toEqual({ code: "bundle-failed", message: "a leg failed" });
    expect(lastPosition(coordinator).returning.count).toBe(0);
  });
});

describe("settled epochs", () => {
  const settled = (epoch: number, through: number) =>
    ({ type: "settled", epoch, through, details: { epoch } }) as const;

  test("are noted once, with their blocks, and known after a restart", async () => {
    const noted: [number, number[]][] = [];
    let failures = 1;
    const onSettled: LinkedLayerOptions["onSettled"] = (epoch, blocks) => {
      if (failures-- > 0) throw new Error("not now");
      noted.push([epoch, blocks.map(({ number }) => number)]);
    };
    const store = newStore();
    const { coordinator, layer } = await start({ onSettled }, store);
    coordinator.say(deliver(0, { amount: 100n }));
    await until(() => layer.balance() === 100n, "the deposit is handled");
    await layer.seal();
    await layer.call("pay", [alice, 1n]);
    coordinator.want({ epoch: 2 });
    await until(() => coordinator.wanted.block === 2, "the blocks have come");
    coordinator.say(settled(1, 2), settled(2, 0));
    await until(() => lastPosition(coordinator).settled === 2, "both are known");
    coordinator.say(settled(1, 2));
    await seconds(5);
    expect(noted).toEqual([
      [1, [1, 2]],
      [2, []],
    ]);
    expect([1, 2].map((number) => store.block(number)?.status)).toEqual(["settled", "settled"]);
    await layer.stop();
    const again = await startLinkedLayer(() => coordinator.url, store, { onSettled });
    closing.push(again.stop);
    await until(() => again.link.status().coordinator === "connected", "the layer is connected");
    expect(lastPosition(coordinator).settled).toBe(2);
    expect(noted.length).toBe(2);
  });

  test("are not undone by a proof that comes later", async () => {
    const { coordinator, layer } = await startFunded();
    coordinator.say({ type: "proven", block: 1 });
    await until(() => layer.store.block(1)?.status === "proven", "the block is proven");
    coordinator.say(settled(1, 1));
    await until(() => layer.store.block(1)?.status === "settled", "the block is settled");
    coordinator.say({ type: "proven", block: 1 });
    await seconds(5);
    expect(layer.store.block(1)?.status).toBe("settled");
  });
});

test("a stalled process does not end the connection", async () => {
  const { coordinator, layer } = await startFunded();
  const end = performance.now() + 2_000;
  while (performance.now() < end);
  await seconds(50);
  expect(layer.link.status().coordinator).toBe("connected");
  expect(coordinator.connections()).toBe(1);
});

test("a coordinator of which nothing is heard is connected to again", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  closing.push(async () => {
    for (const client of server.clients) client.terminate();
  });
  let connections = 0;
  server.on("connection", () => connections++);
  const url = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const layer = await startLinkedLayer(url, newStore(), { turnMilliseconds: 2 });
  closing.push(layer.stop);
  await until(() => connections === 2, "there is another connection");
  expect(layer.link.status()).toMatchObject({ coordinator: "connecting", action: "rest" });
});
