import { sleep } from "@frond/foundation";
import { addressOf, type Preconfirmation, signTransaction, type Transaction, transactionHash } from "@frond/protocol";
import { expect, it } from "vitest";
import { RpcError, TransportError } from "./errors.ts";
import { canSignAgain, createSubmitter, type PendingCall } from "./submitter.ts";

const SECRET = 7n;

/** A node with one account. It demands exact nonces and refuses calls of method 9. */
function fakeNode() {
  const node = { nonce: 0, batches: [] as number[][], accepted: [] as bigint[], isAway: false };
  const refuse = (code: string) => new RpcError({ rpcCode: -32_000, code, message: code, data: {} });
  const answer = ({ nonce, method, args }: Transaction, hash: bigint): Preconfirmation | RpcError => {
    if (nonce !== node.nonce)
      return refuse(nonce > node.nonce ? "sequencer/nonce-too-high" : "sequencer/nonce-too-low");
    if (method === 9) return refuse("sequencer/execution-failed");
    node.nonce += 1;
    node.accepted.push(args[0]!);
    return { transactionHash: hash } as Preconfirmation;
  };
  const submitter = createSubmitter({
    nextNonce: async () => node.nonce,
    sign: async (call, nonce) =>
      signTransaction(
        { layerId: 1n, method: call.method, args: call.args, nonce, maxFee: call.maxFee ?? 0n, expiry: 9 },
        SECRET,
      ),
    async send(transactions) {
      await sleep(2);
      if (node.isAway) throw new TransportError("http://nowhere", "it is away");
      node.batches.push(transactions.map(({ nonce }) => nonce));
      return transactions.map((transaction) => answer(transaction, transactionHash(transaction)));
    },
    isError: (outcome): outcome is RpcError => outcome instanceof RpcError,
  });
  return { node, ...submitter };
}

const call = (argument: bigint, method = 0): PendingCall => ({ method, args: [argument], maxFee: 0n });

it("sends calls made together in one batch, in order, and those made meanwhile in the next", async () => {
  const { node, submit } = fakeNode();
  const first = [submit(call(0n)), submit(call(1n))];
  await sleep(1);
  const second = [submit(call(2n)), submit(call(3n))];
  await Promise.all([...first, ...second]);
  expect(node.batches).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(node.accepted).toEqual([0n, 1n, 2n, 3n]);
});

it("signs again those behind a call that is refused, and tells only its caller", async () => {
  const { node, submit } = fakeNode();
  const sent = [submit(call(0n)), submit(call(1n, 9)), submit(call(2n)), submit(call(3n))];
  await expect(sent[1]).rejects.toMatchObject({ code: "sequencer/execution-failed" });
  await Promise.all([sent[0], sent[2], sent[3]]);
  expect(node.accepted).toEqual([0n, 2n, 3n]);
  expect(node.batches).toEqual([
    [0, 1, 2, 3],
    [1, 2],
  ]);
});

it("learns the nonce again when another device of the account was faster", async () => {
  const { node, submit } = fakeNode();
  await submit(call(0n));
  node.nonce += 3;
  const { transaction } = await submit(call(1n));
  expect(transaction.nonce).toBe(4);
  expect(addressOf(transaction.publicKey)).toBeTypeOf("bigint");
});

it("gives up on a nonce that never fits", async () => {
  const { node, submit } = fakeNode();
  Object.defineProperty(node, "nonce", { get: () => Math.floor(performance.now()), set: () => {} });
  await expect(submit(call(0n))).rejects.toMatchObject({ code: "sequencer/nonce-too-low" });
});

it("tells every caller when the node is away, and works again when it is back", async () => {
  const { node, submit } = fakeNode();
  node.isAway = true;
  const lost = await Promise.allSettled([submit(call(0n)), submit(call(1n))]);
  expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  node.isAway = false;
  await submit(call(2n));
  expect(node.accepted).toEqual([2n]);
});

it("keeps what comes after a turn waiting until the turn is over", async () => {
  const { node, submit, takeTurn } = fakeNode();
  const first = submit(call(0n));
  const turn = await takeTurn();
  expect(turn.nonce).toBe(1);
  const second = submit(call(2n));
  await sleep(5);
  expect(node.accepted).toEqual([0n]);
  node.nonce += 1;
  turn.done(true);
  await Promise.all([first, second]);
  expect(node.batches).toEqual([[0], [2]]);
});

it.each([
  ["not used", false, 0],
  ["perhaps used", undefined, 3],
])("goes on with the right nonce after a turn that was %s", async (_name, isUsed, nonce) => {
  const { node, takeTurn } = fakeNode();
  const turn = await takeTurn();
  node.nonce = 3;
  turn.done(isUsed);
  const next = await takeTurn();
  expect(next.nonce).toBe(nonce);
  next.done(false);
});

it("tells who waits for a turn that the nonce is not to be had", async () => {
  const { node, takeTurn, submit } = fakeNode();
  Object.defineProperty(node, "nonce", {
    get: () => {
      throw new TransportError("http://nowhere", "it is away");
    },
  });
  await expect(takeTurn()).rejects.toMatchObject({ code: "sdk/transport-failed" });
  await expect(submit(call(0n))).rejects.toMatchObject({ code: "sdk/transport-failed" });
});

it.each<[string, string, Partial<PendingCall>, boolean]>([
  ["sequencer/expired", "without an expiry of its own", {}, true],
  ["sequencer/expired", "that was to expire then", { expiry: 3 }, false],
  ["sequencer/expired", "that was to wait no longer", { validMilliseconds: 3 }, false],
  ["sequencer/fee-too-low", "without a fee of its own", {}, true],
  ["sequencer/fee-too-low", "that would pay no more", { maxFee: 3n }, false],
  ["sequencer/nonce-too-low", "with a fee of its own", { maxFee: 3n }, true],
  ["sequencer/execution-failed", "of any kind", {}, false],
])("after %s a call %s", (code, _kind, call, expected) => {
  expect(canSignAgain(code, call)).toBe(expected);
});
