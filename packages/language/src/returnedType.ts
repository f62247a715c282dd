import { isType } from "./state.ts";
import { type Fields, struct, type Type } from "./types.ts";

/** What a view returns: a type, or the fields of a struct. */
export type Returned = Type | Fields;

export function returnedType(returns: Returned): Type {
  return isType(returns) ? returns : struct(returns);
}
