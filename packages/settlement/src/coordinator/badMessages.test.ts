import { signChallenge } from "@frond/foundation";
import { type Message, MessageKind, toJson } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CoordinatorFrame, identityChallenge, type LayerFrame } from "../link/frames.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/*
 * A layer that is believed, and sends what no block can consume, or what can't settle. Layer `c` is a raw connection
 * with the key of that layer, without sequencer, store or circuit.
 */

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const PAYEE = 0xb0bn;

/** Connects in the place of layer `c`. */
async function connectAsC() {
  const { known, secret, stop } = tree.layer("c");
  await stop();
  await tree.until(() => viewOf("c").status === "offline", "c is away");
  const said: CoordinatorFrame[] = [];
  const connection = tree.coordinator.accept({ send: (frame) => void said.push(frame), close() {}, probe() {} });
  const say = (frame: object) => connection.receive(toJson(frame as never));
  const [{ nonce }] = said as [Extract<CoordinatorFrame, { type: "challenge" }>];
  const { layerId } = known;
  const key = known.config.sequencerKey;
  const { signature } = signChallenge(secret, (r) => identityChallenge({ r: r.x, key, layerId, nonce }));
  await say({ type: "identify", layerId, url: "http://mallory", signature } satisfies LayerFrame);
  const epoch = tree.coordinator.network().epoch.open;
  const at = { session: 0, epoch, block: 0, sealed: 0, message: -1, time: 0, isHeld: false, settled: 0 };
  await say({ type: "position", number: 1, ...at, returning: { count: 0 } } satisfies LayerFrame);
  return { say, epoch, layerId, closed: () => connection.closed() };
}

const viewOf = (name: string) => tree.coordinator.network().layers.find((layer) => layer.name === name)!;

it.each([
  { what: "a kind that no block consumes", change: { kind: MessageKind.freeze } },
  { what: "another kind that no block consumes", change: { kind: MessageKind.forced } },
  { what: "a kind that only L1 sends", change: { kind: MessageKind.deposit } },
  { what: "an asset that no vault has", change: { asset: 100_000 } },
])("a message of $what costs its sender, and its receiver nothing", async ({ change }) => {
  tree.deposit("b", 100n);
  await tree.until(() => tree.balance("b") === 100n, "b has money");
  const { say, layerId, epoch, closed } = await connectAsC();
  const time = Date.now();
  const plain = { from: layerId, to: tree.idOf("b"), time, kind: MessageKind.call, asset: 0, amount: 0n };
  const message: Message = { ...plain, recipient: 0n, payload: 0n, ...change };
  const outgoing = { message, position: time * 64, block: 1, time, epoch };
  await say({ type: "message", session: 0, previous: -1, outgoing });
  await tree.call("b", "pay", [PAYEE, 1n]);
  const epochOfB = await tree.settle();
  closed();
  expect(epochOfB).toMatchObject({ leftOut: [] });
  expect(tree.balance("b", PAYEE)).toBe(1n);
  expect(viewOf("b")).toMatchObject({ status: "online", session: 0 });
  expect(viewOf("c")).toMatchObject({ status: "quarantined" });
  const consumed = [1, 2, 3].flatMap((number) => tree.layer("b").store.block(number)?.consumed ?? []);
  expect(consumed.map(({ message: { from } }) => from)).toEqual([0n]);
});
