import { addPoints, type Field, FrondError, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import {
  type AggregateStatement,
  AMOUNT_BITS,
  ASSET_NONE,
  type BlockStatement,
  type BrokenMessageRule,
  brokenRuleOfConsumed,
  brokenRuleOfProduced,
  DataAvailability,
  dataChain,
  dataHashOf,
  type EpochWindow,
  FLAG_FROZEN,
  isForRecord,
  isReadable,
  type LayerConfig,
  type LayerRecord,
  layerConfigHash,
  layerIdOf,
  layerRoot,
  type Message,
  MessageKind,
  type MessageRule,
  messagePoint,
  messagesHash,
  packEpochWindow,
  problemOfCommittee,
  readAggregateStatement,
  readBlockStatement,
  statementHash,
  verifyBlockSignature,
} from "@frond/protocol";
import { type AggregateDescription, type AggregateStep, aggregateKeysHash } from "./aggregateStep.ts";
import type { Claim } from "./innerProof.ts";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withBalances, withChild } from "./layerSnapshot.ts";
import { noticePointOf, segmentPointOf, segmentWordsOfStep } from "./segmentOfStep.ts";

/**
 * A layer before one step; `target` differs from `layer` if the step is of a child, and is absent before its
 * registration.
 */
export type AppliedStep = {
  readonly step: AggregateStep;
  readonly layer: LayerSnapshot;
  readonly target: LayerSnapshot | undefined;
  /** The target afterwards. */
  readonly after: LayerSnapshot;
  /** The words of each segment that the step adds: its own, or those of the steps below an aggregate. */
  readonly segments: readonly (readonly Field[])[];
};

/**
 * What the aggregate circuit proves (docs/protocol.md 6), as a plain function: applies the steps in order to the layer
 * and returns what the proof will say, the layer afterwards, the words of the segments that L1 has to be given, and the
 * stations on the way.
 * @throws AggregateStepError for what the circuit rejects
 */
export function applySteps({ aggregateKeyHashes, layer, window, steps }: AggregateDescription): {
  statement: AggregateStatement;
  layer: LayerSnapshot;
  applied: AppliedStep[];
  segments: (readonly Field[])[];
} {
  const applied: AppliedStep[] = [];
  let current = layer;
  let sum = NEUTRAL;
  for (const step of steps) {
    const target = step.child === undefined ? current : current.children.get(step.child);
    const moved = moveTarget({ step, parent: current, target, window, aggregateKeyHashes });
    const told = tellLayerOne(step, moved.target.record, window.epoch);
    applied.push({ step, layer: current, target, after: moved.target, segments: told.segments });
    sum = addPoints(addPoints(sum, moved.sum), told.sum);
    if (step.child === undefined) current = moved.target;
    else {
      const expected = layerIdOf(current.record.layerId, BigInt(step.child));
      require(moved.target.record.layerId === expected, "child", "it is another layer's");
      current = withChild(current, step.child, moved.target);
    }
  }
  const statement: AggregateStatement = {
    aggregateKeysHash: aggregateKeysHash(aggregateKeyHashes),
    layerId: layer.record.layerId,
    rootIn: layerRoot(layer.record),
    rootOut: layerRoot(current.record),
    window: packEpochWindow(window),
    sum,
  };
  return { statement, layer: current, applied, segments: applied.flatMap(({ segments }) => segments) };
}

/** The step's segments, and the points that it adds for its own segment and for a registration. */
function tellLayerOne(
  step: AggregateStep,
  after: LayerRecord,
  epoch: number,
): { segments: readonly (readonly Field[])[]; sum: Point } {
  if (step.kind === "aggregate") return { segments: step.segments, sum: NEUTRAL };
  const words = segmentWordsOfStep(step, after);
  const { point } = segmentPointOf(words, epoch);
  return { segments: [words], sum: addPoints(point, noticePointOf(step, after, epoch)) };
}

type Move = {
  step: AggregateStep;
  parent: LayerSnapshot;
  target: LayerSnapshot | undefined;
  window: EpochWindow;
  aggregateKeyHashes: readonly Field[];
};

function moveTarget({ step, parent, target, window, aggregateKeyHashes }: Move): { target: LayerSnapshot; sum: Point } {
  if (step.kind === "register") {
    require(target === undefined, "register-index", "the index is taken");
    require(step.config.parentId ===
      parent.record.layerId, "register-parent", "the configuration names another parent");
    require(step.config.index === BigInt(step.child), "register-index", "the configuration names another index");
    require(isReadable(step.config), "config", "a number of the configuration is out of its range");
    return { target: genesisSnapshot(step), sum: NEUTRAL };
  }
  if (target === undefined) throw new AggregateStepError("child", `there is no child ${step.child}`);
  if (step.kind === "aggregate") return moveByAggregate(step, target, window, aggregateKeyHashes);
  if (step.kind === "freeze") return freeze(step.message, target, window.epoch);
  if (step.kind === "upgrade") return upgrade(step, target, window.epoch);
  return moveByBlock(step, target, window);
}

function moveByAggregate(
  { claim, after }: Extract<AggregateStep, { kind: "aggregate" }>,
  target: LayerSnapshot,
  window: EpochWindow,
  aggregateKeyHashes: readonly Field[],
): { target: LayerSnapshot; sum: Point } {
  const {
    aggregateKeysHash: keysHash,
    layerId,
    rootIn,
    rootOut,
    sum,
    window: claimedWindow,
  } = read(readAggregateStatement, claim);
  require(aggregateKeyHashes.includes(claim.keyHash), "key", "it is proven with another key");
  require(keysHash === aggregateKeysHash(aggregateKeyHashes), "key", "it is made of other aggregates");
  require(layerId === target.record.layerId, "layer", "it is of another layer");
  require(rootIn === layerRoot(target.record), "root", "it does not follow the layer's root");
  require(rootOut === layerRoot(after.record), "root", "it does not lead to the layer given as its result");
  require(claimedWindow === packEpochWindow(window), "epoch", "it is of another epoch");
  return { target: after, sum };
}

function freeze(message: Message, target: LayerSnapshot, epoch: number): { target: LayerSnapshot; sum: Point } {
  require(message.kind === MessageKind.freeze, "freeze", "the message is of another kind");
  const accounted = account({ consumed: [message], produced: [], target, time: 1, epoch });
  return { ...accounted, target: withRecord(accounted.target, { flags: FLAG_FROZEN }) };
}

function upgrade(
  { message, config, blockKeys }: Extract<AggregateStep, { kind: "upgrade" }>,
  target: LayerSnapshot,
  epoch: number,
): { target: LayerSnapshot; sum: Point } {
  const { parentId, index, genesisStateRoot, owner } = target.config;
  const configHash = layerConfigHash(config);
  require(message.kind === MessageKind.upgrade, "upgrade", "the message is of another kind");
  require(target.record.flags === 0n, "frozen", "the layer is frozen");
  require(owner !== 0n, "upgrade", "the layer has no owner");
  require(message.recipient === owner, "upgrade", "somebody has announced it who is not the layer's owner");
  require(message.payload === configHash, "upgrade", "another configuration was announced");
  require(config.parentId === parentId && config.index === index, "upgrade", "the layer would be at another place");
  require(config.genesisStateRoot === genesisStateRoot, "upgrade", "the layer would have begun with another state");
  require(isReadable(config), "config", "a number of the configuration is out of its range");
  const accounted = account({ consumed: [message], produced: [], target, time: 1, epoch });
  return { ...accounted, target: { ...withRecord(accounted.target, { configHash }), config, blockKeys } };
}

function moveByBlock(
  step: Extract<AggregateStep, { kind: "block" }>,
  target: LayerSnapshot,
  { epoch, after, until }: EpochWindow,
): { target: LayerSnapshot; sum: Point } {
  const { claim, signature, consumed, produced } = step;
  const { record, config, blockKeys } = target;
  const statement = read(readBlockStatement, claim);
  const { layerId, stateRootIn, stateRootOut, time } = statement;
  require(blockKeys.includes(claim.keyHash), "key", "the layer does not allow its verification key");
  require(blockKeysTree(blockKeys).root === config.blockKeysRoot, "key", "the block keys are not the layer's");
  require(record.flags === 0n, "frozen", "the layer is frozen");
  require(layerId === record.layerId, "layer", "it is of another layer");
  require(stateRootIn === record.stateRoot, "state", "it does not follow the layer's state");
  require(time > record.time, "time", `its time ${time} does not follow ${record.time}`);
  require(time > after && time <= until, "window", `its time ${time} is not after ${after} and until ${until}`);
  require(statement.epoch === epoch, "epoch", "it is of another epoch");
  const signed = { layerId, time, epoch, statementHash: statementHash(statement), signature };
  require(verifyBlockSignature(signed, config.sequencerKey), "signature", "its sequencer did not sign it");
  require(statement.messagesHash ===
    messagesHash(produced, consumed), "messages", "its messages are not those it was proven with");
  requireData(step, statement, config);
  const isOfRecord = ({ kind }: Message) => isForRecord(kind);
  require(!consumed.some(isOfRecord), "record", "it consumes what is for the layer's record");
  const accounted = account({ consumed, produced, target, time, epoch });
  return { ...accounted, target: withRecord(accounted.target, { stateRoot: stateRootOut, time }) };
}

/** The data is the block's, there is some if the state changes, and the committee signed for what is not published. */
function requireData(
  { publicWords, committeeHash, committeeSignatures }: Extract<AggregateStep, { kind: "block" }>,
  statement: BlockStatement,
  config: LayerConfig,
): void {
  const publicHash = dataChain(publicWords);
  const opened = dataHashOf(publicHash, committeeHash);
  require(opened === statement.dataHash, "data", "its data is not that which it was proven with");
  const isStill = statement.stateRootIn === statement.stateRootOut;
  require(isStill || publicHash !== 0n || committeeHash !== 0n, "data", "it has no data, and the state changes");
  if (committeeHash === 0n) return;
  const isRollup = config.dataAvailability === DataAvailability.rollup;
  require(!isRollup, "data", "it leaves data to a committee, and the layer is a rollup");
  const problem = problemOfCommittee(statement, committeeSignatures, config);
  require(problem === undefined, "committee", problem ?? "");
}

function withRecord(layer: LayerSnapshot, change: Partial<LayerRecord>): LayerSnapshot {
  return { ...layer, record: { ...layer.record, ...change } };
}

/** Moves what messages carry: what is consumed comes in, then what is produced is paid for. */
function account({
  consumed,
  produced,
  target,
  time,
  epoch,
}: {
  consumed: readonly Message[];
  produced: readonly Message[];
  target: LayerSnapshot;
  time: number;
  epoch: number;
}): { target: LayerSnapshot; sum: Point } {
  const { layerId } = target.record;
  const balances = movingBalances(target.vault);
  let sum = NEUTRAL;
  for (const message of consumed) {
    requireUnbroken(brokenRuleOfConsumed(message, { layerId, time }));
    balances.move(message.asset, message.amount);
    sum = addPoints(sum, negatePoint(messagePoint({ message, epoch }).point));
  }
  for (const message of produced) {
    requireUnbroken(brokenRuleOfProduced(message, { layerId, time }));
    balances.move(message.asset, -message.amount);
    sum = addPoints(sum, messagePoint({ message, epoch }).point);
  }
  return { target: withBalances(target, balances.changed), sum };
}

function requireUnbroken(broken: BrokenMessageRule | undefined): void {
  if (broken !== undefined) throw new AggregateStepError(broken.rule, broken.problem);
}

function isBelow(value: bigint, bits: number): boolean {
  return value >= 0n && value >> BigInt(bits) === 0n;
}

/** The balances of a vault while messages move them, beside those it had. Asset 0 has none. */
function movingBalances(vault: ReadonlyMap<number, bigint>): {
  readonly changed: ReadonlyMap<number, bigint>;
  move(asset: number, difference: bigint): void;
} {
  const changed = new Map<number, bigint>();
  return {
    changed,
    move(asset, difference) {
      if (asset === ASSET_NONE) return;
      const balance = (changed.get(asset) ?? vault.get(asset) ?? 0n) + difference;
      require(balance >= 0n, "vault", `the layer's vault lacks ${-balance} of asset ${asset}`);
      require(isBelow(balance, AMOUNT_BITS), "vault-overflow", `the layer's vault of asset ${asset} would overflow`);
      changed.set(asset, balance);
    },
  };
}

/** The statement of a claim, by name. */
function read<S>(reader: (publicInputs: readonly Field[]) => S | undefined, { publicInputs }: Claim): S {
  const statement = reader(publicInputs);
  if (statement === undefined) throw new AggregateStepError("claim", "it does not have seven public inputs");
  return statement;
}

function require(condition: boolean, rule: AggregateRule, problem: string): asserts condition {
  if (!condition) throw new AggregateStepError(rule, problem);
}

/** A rule of the aggregate circuit. */
export type AggregateRule =
  | MessageRule
  | "child"
  | "claim"
  | "committee"
  | "config"
  | "data"
  | "epoch"
  | "freeze"
  | "frozen"
  | "key"
  | "layer"
  | "messages"
  | "record"
  | "register-index"
  | "register-parent"
  | "root"
  | "signature"
  | "state"
  | "time"
  | "upgrade"
  | "vault"
  | "vault-overflow"
  | "window";

/** A step breaks a rule of the aggregate circuit, so no proof of it can be made. `data.rule` names the rule. */
export class AggregateStepError extends FrondError {
  readonly rule: AggregateRule;

  constructor(rule: AggregateRule, problem: string) {
    super({
      code: "circuits/aggregate-step",
      data: { rule },
      message: `A step of an aggregate can't be applied: ${problem}. Leave it out of the epoch, or start from the layer as it stands.`,
    });
    this.rule = rule;
  }
}
