import type { Field } from "@frond/foundation";
import type { Program, StateAccess } from "@frond/language";
import * as z from "zod";
import { withCalls } from "../../rpc/connection.ts";
import { type RpcMethods, rpcMethod } from "../../rpc/dispatch.ts";
import type { NodeContext } from "../types.ts";
import { answerView, CALLS_OF_A_VIEW, viewSchema } from "./answerView.ts";
import { stateAt, VIEWED_BLOCKS } from "./stateAt.ts";

export const viewMethods = (program: Program, context: NodeContext): RpcMethods => ({
  /**
   * What a view of the application says: of the state that preconfirmed transactions see, or of that after a sealed
   * block. Nothing of the answer is proven.
   */
  frond_view: rpcMethod(
    viewSchema.extend({ block: z.int().min(1).max(0xffff_ffff).optional() }),
    ({ block: asked, ...question }, connection) =>
      withCalls(connection, CALLS_OF_A_VIEW * (asked === undefined ? 1 : VIEWED_BLOCKS / 4), () => {
        const seen = asked === undefined ? openState(program, context) : sealedState(program, context, asked);
        const { state, block, time, epoch } = seen;
        const { layerId } = context.sequencer;
        const values = answerView(program, question, { context: { layerId, time, epoch }, state });
        return { values, block, time, epoch };
      }),
  ),
});

/** A state, and the block that it is of. */
type SeenState = { readonly state: StateAccess; readonly block: number; readonly time: number; readonly epoch: number };

/** What preconfirmed transactions see. */
function openState({ entryWidth }: Program, { sequencer }: NodeContext): SeenState {
  const { time, epoch, block } = sequencer.status();
  const zeros = new Array<Field>(entryWidth).fill(0n);
  return { state: { get: (key) => sequencer.read(key) ?? zeros }, block, time, epoch };
}

/** @throws RpcError not-found, too-far-back */
function sealedState({ entryWidth }: Program, { store }: NodeContext, block: number): SeenState {
  const state = stateAt(store, block, entryWidth);
  const { time, epoch } = store.block(block)!;
  return { state, block, time, epoch };
}
