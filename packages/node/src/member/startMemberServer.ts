import type { Member } from "@frond/committee";
import { type Logger, silentLogger } from "@frond/foundation";
import { createDispatch } from "../rpc/dispatch.ts";
import type { Door } from "../rpc/judgeRequest.ts";
import { type AddressLimits, defaultRpcLimits, type RpcLimits } from "../rpc/limits.ts";
import { createCallMetrics, gauges, prometheusPage } from "../rpc/metrics.ts";
import { startServer } from "../rpc/server.ts";
import { memberMethods } from "./memberMethods.ts";

export type MemberServerOptions = {
  readonly member: Member;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits?: Partial<RpcLimits>;
} & Door;

export type MemberServer = { readonly url: string; readonly port: number; close(): Promise<void> };

/** A block's words are a megabyte at most, in base64. */
const BODY_BYTES = 2_000_000;

/** A call may cost a signature's check, or a page of shares: of an address more than these are no reader's. */
const CALLS = { callRate: 50, callBurst: 500, maxInFlight: 50 };

const slowed = (limits: AddressLimits): AddressLimits => ({ ...limits, ...CALLS });

const memberRpcLimits: RpcLimits = {
  ...defaultRpcLimits,
  ...CALLS,
  maxBodyBytes: BODY_BYTES,
  maxBatch: 16,
  maxWebSockets: 0,
  address: slowed(defaultRpcLimits.address),
  // A layer's node and followers may be on the member's machine.
  loopback: { ...slowed(defaultRpcLimits.loopback), callRate: 500, callBurst: 5_000 },
};

/** Serves a member of committees: JSON-RPC, metrics and health. */
export async function startMemberServer(
  { member, limits: given, ...place }: MemberServerOptions,
  { logger = silentLogger }: { readonly logger?: Logger } = {},
): Promise<MemberServer> {
  const limits = { ...memberRpcLimits, ...given };
  const metrics = createCallMetrics();
  const dispatch = createDispatch({ methods: memberMethods(member), limits, logger, observe: metrics.observe });
  const pages = {
    "/metrics": () => prometheusPage([...gauges(totalsOf(member)), ...metrics.lines()]),
    "/health": () => ({ status: 200, type: "application/json", body: JSON.stringify({ status: "ok" }) }),
  };
  const server = await startServer({ ...place, limits }, { dispatch, logger, pages });
  return { url: server.url, port: server.port, close: () => server.close() };
}

function totalsOf({ layers }: Member): Record<string, number> {
  return {
    layers: layers.length,
    blocks: layers.reduce((sum, { blocks }) => sum + blocks, 0),
    bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
