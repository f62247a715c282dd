import { bricks, sizes as bricksSizes, kindOf } from "@frond/bricks";
import { publicKeyOf } from "@frond/foundation";
import {
  type Application,
  type ArgumentsOf,
  blockCircuit,
  blockInputs,
  dataRulesOf,
  encodeArguments,
  encodeCall,
  type Fields,
  type StateDeclaration,
} from "@frond/language";
import { lockers } from "@frond/language/testing";
import { credit, ETHER, QUOTE, swapped } from "@frond/money";
import { orbits, sizes as orbitsSizes, STEP_MILLISECONDS } from "@frond/orbits";
import {
  ACCOUNTS_MAP,
  addressOf,
  type BlockSize,
  blockData,
  blockStatement,
  entryKey,
  LAST_TIME,
  type Message,
  MessageKind,
  readBlockStatement,
  readEntryWords,
  signHolding,
  signTransaction,
  valuesHash,
} from "@frond/protocol";
import { createProver, createReferenceString, type Prover } from "@frond/prover";
import { createSequencer } from "@frond/sequencer";
import { memoryStore } from "@frond/store";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * A small block of the applications that no other test here proves, with their calls and with what bounces, proven for
 * real.
 */

const MINUTES = 60_000;
const LAYER = 77n;
const ELSEWHERE = 99n;
const SECRET = 7n;
const ALICE = addressOf(publicKeyOf(SECRET));
const UNIT = 10n ** 18n;
const ZERO = 1n << 62n;

type Named = { readonly [name: string]: Fields };
type Block<M extends Named> = {
  readonly consumed: readonly Message[];
  readonly calls: readonly { [N in keyof M & string]: readonly [name: N, args: ArgumentsOf<M[N]>] }[keyof M & string][];
};

let prover: Prover;
beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
}, 10 * MINUTES);
afterAll(() => prover?.close());

/** Lets a sequencer make the blocks, and proves the last one. Returns its witness. */
async function proveLast<S extends StateDeclaration, M extends Named>(
  { application, size }: { readonly application: Application<S, M>; readonly size: BlockSize },
  blocks: readonly Block<M>[],
  { isHeld = false }: { readonly isHeld?: boolean } = {},
) {
  const { name, program } = application;
  const identity = { layerId: LAYER, application: name, programDigest: "", entryWidth: program.entryWidth };
  const store = memoryStore(identity);
  const sequencer = createSequencer(
    {
      program,
      layerId: LAYER,
      sizes: [size],
      secret: 5n,
      blockMilliseconds: 60 * MINUTES,
      messageDelayMilliseconds: 60 * MINUTES,
    },
    { store },
  );
  let [position, nonce] = [0, 0];
  for (const { consumed, calls } of blocks) {
    await sequencer.consume(consumed.map((message) => ({ source: "elsewhere", position: position++, message })));
    for (const [method, args] of calls) {
      const call = { layerId: LAYER, ...encodeArguments(application, method, args), nonce: nonce++ };
      await sequencer.submit(signTransaction({ ...call, maxFee: 0n, expiry: LAST_TIME }, SECRET));
    }
    if (isHeld) {
      const holding = { layerId: LAYER, valuesHash: valuesHash(sequencer.read(entryKey(ACCOUNTS_MAP, [ALICE]))!) };
      sequencer.addHolder(signHolding(holding, SECRET), holding.valuesHash);
    }
    await sequencer.seal();
  }
  const witness = store.witness(store.lastBlockNumber())!;
  await sequencer.close();
  const circuit = await prover.prepare(blockCircuit({ program, size }), "recursive");
  const { publicInputs } = await prover.prove(circuit, blockInputs({ program, size, witness }));
  expect(readBlockStatement(publicInputs)).toEqual(blockStatement(witness, size, dataRulesOf(program)));
  return witness;
}

const money = (message: Partial<Message>): Message => ({
  from: ELSEWHERE,
  to: LAYER,
  time: 0,
  kind: MessageKind.call,
  asset: ETHER,
  amount: UNIT,
  recipient: 0n,
  payload: 0n,
  ...message,
});
const deposit = (asset: number, amount = UNIT) =>
  money({ from: 0n, kind: MessageKind.deposit, asset, amount, recipient: ALICE, payload: 9n });
const bounced = ({ recipient, payload }: Pick<Message, "recipient" | "payload">) => ({
  kind: MessageKind.bounce,
  recipient: payload,
  payload: recipient,
});
const vector = (x: bigint, y: bigint) => ({ x: ZERO + (x << 32n), y: ZERO + (y << 32n) });
const kindsOf = (messages: readonly Message[]) => messages.map(({ kind }) => kind);

test("orbits: the world moves with a probe in it", { timeout: 15 * MINUTES }, async () => {
  const witness = await proveLast({ application: orbits, size: orbitsSizes[0]! }, [
    { consumed: [deposit(ETHER)], calls: [["advance", {}]] },
    {
      consumed: [
        // The block is later than its messages, so the world's next step is due.
        money({ ...encodeCall(credit, { account: ALICE }), time: Date.now() + Number(STEP_MILLISECONDS) + MINUTES }),
        money({ ...bounced(encodeCall(credit, { account: ALICE })), asset: QUOTE }),
        deposit(QUOTE),
      ],
      calls: [
        ["launch", { berth: 2, place: vector(80n, 60n), velocity: vector(0n, 1n) }],
        ["advance", {}],
        ["sellProbe", { berth: 2, minimum: 1 }],
        ["sendTo", { layer: ELSEWHERE, to: ALICE, amount: 5 }],
      ],
    },
  ]);
  expect(witness.transactions).toHaveLength(4);
  // The token that orbits does not keep goes back; a bounce of it is dropped.
  expect(kindsOf(witness.produced)).toEqual([MessageKind.bounce, MessageKind.call]);
});

test("lockers: an account is hidden, for its owner holds it", { timeout: 15 * MINUTES }, async () => {
  const size = { name: "only", transactions: 2, entries: 6, inserts: 2, consumed: 1, produced: 1, holders: 2 };
  const choose = ["choose", { isPrivate: true, isHeld: true }] as const;
  const blocks = [
    { consumed: [], calls: [choose] },
    { consumed: [deposit(ETHER)], calls: [choose] },
  ];
  const witness = await proveLast({ application: lockers, size }, blocks, { isHeld: true });
  expect(witness.holders).toHaveLength(1);
  const { publicWords } = blockData({ ...witness, ...dataRulesOf(lockers.program) });
  expect(readEntryWords(publicWords)).toMatchObject([{ index: 1, isHidden: true }]);
});

test("bricks: a set is made, taken apart, and made again of other bricks", { timeout: 15 * MINUTES }, async () => {
  const [wood, gold] = [kindOf("wood", "red"), kindOf("gold", "blue")];
  const none = { kind: 0, count: 0 };
  const witness = await proveLast({ application: bricks, size: bricksSizes[0]! }, [
    { consumed: [deposit(ETHER), deposit(QUOTE)], calls: [["buy", { kind: wood, count: 8 }]] },
    {
      consumed: [
        money({ ...encodeCall(credit, { account: ALICE }), asset: QUOTE }),
        money(bounced(encodeCall(credit, { account: ALICE }))),
        money(encodeCall(swapped, { account: ALICE, sold: 1 })),
      ],
      calls: [
        ["buy", { kind: gold, count: 3 }],
        ["assemble", { id: 1, shape: 5n, bricks: [{ kind: wood, count: 7 }, { kind: gold, count: 2 }, none, none] }],
        ["disassemble", { id: 1 }],
        ["assemble", { id: 1, shape: 6n, bricks: [{ kind: wood, count: 8 }, none, none, none] }],
        ["giveSet", { id: 1, to: 4n }],
        ["sell", { kind: gold, count: 1 }],
        ["give", { to: 4n, kind: gold, count: 2 }],
        ["withdraw", { amount: 5, isEther: true, recipient: 1n }],
      ],
    },
  ]);
  expect(witness.transactions).toHaveLength(8);
  // Bricks does not know `swapped`.
  expect(kindsOf(witness.produced)).toEqual([MessageKind.bounce, MessageKind.withdrawal]);
});
