import type { Field } from "@frond/foundation";
import type { Program } from "@frond/language";
import * as z from "zod";
import { type RpcMethods, rpcMethod } from "../../rpc/dispatch.ts";
import type { NodeContext } from "../types.ts";
import { answerView, CALLS_OF_A_VIEW, viewSchema } from "./answerView.ts";
import { stateAt, VIEWED_BLOCKS } from "./stateAt.ts";

export const viewMethods = (program: Program, { sequencer, store }: NodeContext): RpcMethods => ({
  /**
   * What a view of the application says: of the state that preconfirmed transactions see, or of that after a sealed
   * block. Nothing of the answer is proven.
   */
  frond_view: rpcMethod(
    viewSchema.extend({ block: z.int().min(1).max(0xffff_ffff).optional() }),
    ({ block, ...question }, connection) => {
      const { layerId } = sequencer;
      const calls = CALLS_OF_A_VIEW * (block === undefined ? 1 : VIEWED_BLOCKS / 4);
      connection.begin(calls);
      try {
        if (block === undefined) {
          const { time, epoch, block: next } = sequencer.status();
          const zeros = new Array<Field>(program.entryWidth).fill(0n);
          const state = { get: (key: Field) => sequencer.read(key) ?? zeros };
          const values = answerView(program, question, { context: { layerId, time, epoch }, state });
          return { values, block: next, time, epoch };
        }
        const state = stateAt(store, block, program.entryWidth);
        const { time, epoch } = store.block(block)!;
        return {
          values: answerView(program, question, { context: { layerId, time, epoch }, state }),
          block,
          time,
          epoch,
        };
      } finally {
        connection.end(calls);
      }
    },
  ),
});
