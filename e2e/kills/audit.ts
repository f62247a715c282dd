import { getDeposits, readCredit } from "@frond/contracts";
import { fieldToHex } from "@frond/foundation";
import type { NetworkClient, TransactionStatus } from "@frond/sdk";
import {
  type Applications,
  addressOfPerson,
  balanceOf,
  layerOneOf,
  type Memory,
  type PromiseOfLayer,
  RECIPIENT,
  SECRETS,
} from "./load.ts";
import { LAYERS } from "./processes.ts";

/*
 * What has to hold of a network at rest, whatever was killed when: asked of the nodes, the coordinator and L1 alone.
 */

export type Audit = {
  readonly promised: number;
  readonly executed: number;
  /** Promised transactions that were dropped, by their cause. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly bundles: { readonly promised: number; readonly whole: number; readonly none: number };
  readonly deposits: number;
  /** What dropped transactions were told, each once. */
  readonly reasons: readonly string[];
  readonly problems: readonly string[];
};

type Network = NetworkClient<Applications>;
type Fate = PromiseOfLayer & { readonly status: TransactionStatus };

/** Causes of its own: a bundle is undone as a whole, and says so. */
const CAUSES = new Set(["bundle-failed"]);

export async function audit(
  network: Network,
  memory: Memory,
  { dataDirectory, coordinatorUrl }: { readonly dataDirectory: string; readonly coordinatorUrl: string },
): Promise<Audit> {
  const problems: string[] = [];
  const fates = await fatesOf(network, memory);
  const dropped: Record<string, number> = {};
  for (const { status } of fates)
    if (status.status === "dropped") dropped[status.code ?? "none"] = (dropped[status.code ?? "none"] ?? 0) + 1;
  problems.push(...lostPromises(fates), ...wrongOrder(fates));
  const { whole, none, problems: broken } = await bundlesOf(network, memory);
  problems.push(...broken);
  const deposits = await depositsOf(network, dataDirectory);
  const vaults = await vaultsOf(coordinatorUrl);
  problems.push(...deposits.problems);
  problems.push(...(await moneyOf(network, memory, { dataDirectory, vaults, deposited: deposits.sum })));
  return {
    promised: fates.length,
    executed: fates.filter(({ status }) => status.status === "settled").length,
    dropped,
    bundles: { promised: memory.bundles.filter(({ isPromised }) => isPromised).length, whole, none },
    deposits: deposits.count,
    reasons: [...new Set(fates.flatMap(({ status }) => (status.status === "dropped" ? (status.message ?? []) : [])))],
    problems,
  };
}

async function fatesOf(network: Network, { promises }: Memory): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (const promise of promises) {
    const { node } = await network.client(promise.layer);
    fates.push({ ...promise, status: await node.transaction(promise.sent.hash) });
  }
  return fates;
}

function lostPromises(fates: readonly Fate[]): string[] {
  return fates.flatMap((fate) => {
    const { layer, person, sent, status: described } = fate;
    const { status, code = "none", message } = described;
    if (status === "settled" || (status === "dropped" && CAUSES.has(code))) return [];
    const { epoch, time } = sent.preconfirmation;
    const { nonce, link } = sent.transaction;
    const what = `${fieldToHex(sent.hash).slice(0, 10)} of ${person} on ${layer}, nonce ${nonce}`;
    const leg = link.id === 0n ? "" : `, leg ${link.index} of a bundle`;
    return [`promised in epoch ${epoch}, time ${time}, now ${status} (${code}: ${message}): ${what}${leg}`];
  });
}

/** Transactions of one account stand in the order of their nonces. */
function wrongOrder(fates: readonly Fate[]): string[] {
  const problems: string[] = [];
  const last = new Map<string, { nonce: number; place: number }>();
  const settled = fates.filter(({ status }) => status.status === "settled");
  for (const { layer, person, sent, status } of settled.sort((a, b) => nonceOf(a) - nonceOf(b))) {
    const [account, nonce] = [`${person} on ${layer}`, sent.transaction.nonce];
    const place = status.block! * 2 ** 16 + status.position!;
    const before = last.get(account);
    if (before !== undefined && (before.place >= place || before.nonce === nonce))
      problems.push(`nonces ${before.nonce} and ${nonce} of ${account} are executed in the wrong order`);
    last.set(account, { nonce, place });
  }
  return problems;
}

const nonceOf = ({ sent }: Fate): number => sent.transaction.nonce;

async function bundlesOf(network: Network, { bundles }: Memory) {
  const counts = { whole: 0, none: 0 };
  const problems: string[] = [];
  for (const { marks, isPromised } of bundles) {
    const amounts: bigint[] = [];
    for (const { layer, account } of marks) amounts.push(await balanceOf(network, layer, account));
    if (amounts.every((amount) => amount === 1n)) counts.whole += 1;
    else if (amounts.every((amount) => amount === 0n)) counts.none += 1;
    else problems.push(`a bundle is not whole: its legs paid ${amounts.join(", ")}; promised: ${isPromised}`);
  }
  return { ...counts, problems };
}

/** Deposits that L1 has: of a local L1 that was killed, those that it had saved. */
async function depositsOf(network: Network, dataDirectory: string) {
  const l1 = await layerOneOf(dataDirectory);
  const { events } = await getDeposits({ ...l1, fromBlock: 0n });
  const listed = await network.layers();
  const problems: string[] = [];
  let sum = 0n;
  for (const { id, layer, asset, amount, depositor } of events) {
    if (asset === 1n) sum += amount;
    const { name } = listed.find(({ layerId }) => layerId === layer)!;
    const { node } = await network.client(name as (typeof LAYERS)[number]);
    const { isHandled } = await node.deposit({ id: Number(id), depositor: BigInt(depositor) });
    if (!isHandled) problems.push(`deposit ${id} has not arrived on ${name}`);
  }
  return { count: events.length, sum, problems };
}

/** What accounts have, what the vaults on L1 hold, and what L1 was given less what it owes, are the same. */
async function moneyOf(
  network: Network,
  { bundles }: Memory,
  {
    dataDirectory,
    vaults,
    deposited,
  }: { readonly dataDirectory: string; readonly vaults: ReadonlyMap<string, bigint>; readonly deposited: bigint },
): Promise<string[]> {
  const problems: string[] = [];
  let everywhere = 0n;
  for (const layer of LAYERS) {
    let inLayer = 0n;
    for (const [person] of SECRETS.entries()) inLayer += await balanceOf(network, layer, addressOfPerson(person));
    const marks = bundles.flatMap((bundle) => bundle.marks).filter((mark) => mark.layer === layer);
    for (const { account } of marks) inLayer += await balanceOf(network, layer, account);
    everywhere += inLayer;
    if (vaults.get(layer) !== inLayer)
      problems.push(`accounts of ${layer} have ${inLayer} wei, its vault has ${vaults.get(layer)}`);
  }
  const l1 = await layerOneOf(dataDirectory);
  const owner = `0x${RECIPIENT.toString(16).padStart(40, "0")}` as const;
  const withdrawn = await readCredit(l1, { owner, asset: 1n });
  if (everywhere + withdrawn !== deposited)
    problems.push(`layers have ${everywhere} wei and L1 owes ${withdrawn}, but ${deposited} were deposited`);
  return problems;
}

async function vaultsOf(coordinatorUrl: string): Promise<Map<string, bigint>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_getVaults", params: {} });
  const headers = { "content-type": "application/json" };
  const response = await fetch(coordinatorUrl, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`The coordinator did not give the vaults: ${await response.text()}`);
  const { result } = (await response.json()) as { result: { name: string; vault: Record<string, string> }[] };
  return new Map(result.map(({ name, vault }) => [name, BigInt(vault["1"] ?? 0)]));
}

/**
 * Whether nothing is under way any more: each layer is back, has ordered and sealed everything, and all of it has
 * settled. What is under way still, in words.
 */
export async function restlessness(network: Network): Promise<string[]> {
  const { layers, epoch } = await network.status();
  const found = layers.flatMap((layer) => {
    const { name, status, messagesInFlight, blocksSealed } = layer;
    return status === "online" && messagesInFlight === 0 && blocksSealed === 0
      ? []
      : [`${name} is ${status}, ${messagesInFlight} messages in flight, ${blocksSealed} blocks not settled`];
  });
  if (epoch.proving !== null) found.push(`epoch ${epoch.proving} is being proven`);
  if (typeof epoch.blocked === "string") found.push(`nothing can settle: ${epoch.blocked}`);
  for (const layer of LAYERS) {
    const { node } = await network.client(layer);
    const { unsealed, inbox, waiting, returning } = (await node.status()) as unknown as LayerLoad;
    if (unsealed + inbox + waiting + returning.count > 0)
      found.push(`${layer}: ${JSON.stringify({ unsealed, inbox, waiting, returning })}`);
  }
  return found;
}

type LayerLoad = {
  readonly unsealed: number;
  readonly inbox: number;
  readonly waiting: number;
  readonly returning: { readonly count: number };
};
