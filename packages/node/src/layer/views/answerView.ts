import type { Field } from "@frond/foundation";
import { type CallContext, type Program, runView, type StateAccess } from "@frond/language";
import { fieldSchema, MAXIMUM_ARGUMENTS } from "@frond/protocol";
import * as z from "zod";
import { unknownView, viewFailed } from "../../rpc/errors.ts";

/** A view by its name, and its flattened arguments. */
export const viewSchema = z.strictObject({
  view: z.string().max(100),
  args: z.array(fieldSchema).max(MAXIMUM_ARGUMENTS).default([]),
});

/** A view reads as much as so many ordinary calls at most, and counts for as many. */
export const CALLS_OF_A_VIEW = 20;

/** The flattened results of a view. @throws RpcError unknown-view, view-failed */
export function answerView(
  program: Program,
  { view, args }: z.output<typeof viewSchema>,
  on: { readonly context: CallContext; readonly state: StateAccess },
): readonly Field[] {
  const number = program.views.findIndex(({ name }) => name === view);
  if (number < 0) {
    throw unknownView(
      view,
      program.views.map(({ name }) => name),
    );
  }
  const outcome = runView({ program, view: number, args, ...on });
  if (!outcome.ok) throw viewFailed(view, outcome.error.message);
  return outcome.values;
}
