import { readFileSync } from "node:fs";
import { exchange } from "@frond/exchange";
import { publicKeyOf } from "@frond/foundation";
import { blockSizes } from "@frond/language";
import { defaultRpcLimits, type NodeHooks, startNode } from "@frond/node";
import { createLayerConfig, genesisStateRoot, layerIdOf } from "@frond/protocol";
import { createTraders } from "../traders.ts";

type ExchangeNodeOptions = {
  readonly dataDirectory: string;
  readonly traders: number;
};
export type ExchangeNodeReady = { readonly url: string; readonly layerId: string };
/** The highest resident memory so far, in bytes, and the last block. */
export type ExchangeNodeFigures = { readonly peakBytes: number; readonly blocks: number };

// A node of the exchange whose traders have their deposits, with no L1 and no prover. What limits one account or one
// connection is lifted: here one connection speaks for all traders.
const { dataDirectory, traders } = JSON.parse(process.argv[2]!) as ExchangeNodeOptions;
const secret = 5n;
const config = createLayerConfig({
  parentId: 0n,
  index: 1n,
  blockKeysRoot: 1n,
  sequencerKey: publicKeyOf(secret),
  genesisStateRoot: genesisStateRoot(exchange.program.entryWidth),
});
const layerId = layerIdOf(config.parentId, config.index);
const deposits: NodeHooks = {
  name: "deposits",
  async start({ sequencer }) {
    const messages = createTraders(layerId, traders).deposits;
    // Without L1 no epoch ends, and the deposits of an epoch would be all that there are.
    const [blocks, places] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    const none = new Set<bigint>();
    const nobody = { reachable: none, frozen: none, waitingBundles: none, frozenBundles: none };
    sequencer.setAllowance({ ...nobody, round: 0, blocks, deposits: places, exits: places });
    await sequencer.consume(messages.map((message, position) => ({ source: "l1", position, message })));
  },
  async close() {},
};
const unlimited = 1e9;
// Pages that stand for hundreds of people have one address here, too.
const calls = { callRate: unlimited, callBurst: unlimited, maxSubscriptions: unlimited };
const node = await startNode({
  program: exchange.program,
  layer: { layerId, config, chainId: 31337n, settlement: "0x00000000000000000000000000000000000000aa" },
  sizes: blockSizes,
  sequencerSecret: secret,
  blockMilliseconds: 1_000,
  dataDirectory,
  rpc: { host: "127.0.0.1", port: 0, limits: { ...calls, loopback: { ...defaultRpcLimits.loopback, ...calls } } },
  limits: { accountRate: unlimited, accountBurst: unlimited },
  hooks: [deposits],
});
process.on("message", () => {
  const peakKilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]);
  const figures: ExchangeNodeFigures = {
    peakBytes: peakKilobytes * 1024,
    blocks: node.context.store.lastBlockNumber(),
  };
  process.send!(figures);
});
process.on("disconnect", () => void node.close().then(() => process.exit(0)));
process.send!({ url: node.url, layerId: layerId.toString() } satisfies ExchangeNodeReady);
