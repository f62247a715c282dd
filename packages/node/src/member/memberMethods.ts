import {
  layerParamsSchema,
  type Member,
  missingParamsSchema,
  offeredBlockSchema,
  pageParamsSchema,
  shareParamsSchema,
  toWire,
} from "@frond/committee";
import * as z from "zod";
import { type RpcMethods, rpcMethod } from "../rpc/dispatch.ts";

const nothing = z.union([z.strictObject({}), z.tuple([])]);

/** Of shares in one answer, about. */
const PAGE_BYTES = 1_000_000;

/** The methods of a member's JSON-RPC, in the words of docs/protocol.md 10. Parameters are objects. */
export const memberMethods = (member: Member): RpcMethods => ({
  /** The member holds the block from then on, and signs for it. */
  frond_signCommittee: rpcMethod(offeredBlockSchema, async (block) => ({ signature: await member.sign(block) })),

  frond_getShare: rpcMethod(shareParamsSchema, (which) => toWire(member.share(which))),

  /** Shares of the layer's blocks after a time, in order; `next` is where the next page goes on, null at the end. */
  frond_getShares: rpcMethod(pageParamsSchema, ({ layerId, after }) => {
    const { shares, next } = member.page(layerId, { after, bytes: PAGE_BYTES });
    return toWire({ shares, next: next ?? null });
  }),

  frond_missingShares: rpcMethod(missingParamsSchema, ({ layerId, times }) => ({
    times: member.missing(layerId, times),
  })),

  frond_getEvidence: rpcMethod(layerParamsSchema, ({ layerId }) => ({ evidence: member.evidence(layerId) })),

  frond_member: rpcMethod(nothing, () => ({ publicKey: member.publicKey, layers: member.layers })),
});
