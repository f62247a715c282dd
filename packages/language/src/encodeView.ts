import type { Field } from "@frond/foundation";
import { type ArgumentsOf, decodePlain, encodePlain, unknownPart } from "./encode.ts";
import type { Events } from "./eventDefinitions.ts";
import type { EventDefinition } from "./ir.ts";
import { type Returned, returnedType } from "./returnedType.ts";
import type { TypeOf } from "./state.ts";
import { type Fields, type PlainOf, struct } from "./types.ts";

type Views = { readonly [name: string]: { readonly args: Fields; readonly returns: Returned } };

/** The arguments of a view, and what it returns, in the form of a client. */
export type ViewArguments<V> = V extends { readonly args: infer A extends Fields } ? ArgumentsOf<A> : never;
export type ViewResult<V> = V extends { readonly returns: infer R } ? PlainOf<TypeOf<R>> : never;

/**
 * Encodes the arguments of a view.
 * @throws {@link EncodingError} when there is no such view, or an argument does not fit its type
 */
export function encodeView(
  { views }: { readonly views: Views },
  view: string,
  args: Readonly<Record<string, unknown>>,
): Field[] {
  return encodePlain(struct(viewAt(views, view).args), args, view);
}

/**
 * Decodes what a view returns.
 * @throws {@link EncodingError} when there is no such view, or a value does not fit its type
 */
export function decodeView({ views }: { readonly views: Views }, view: string, values: readonly Field[]): unknown {
  return decodePlain(returnedType(viewAt(views, view).returns), values, view);
}

/**
 * Decodes the values of an event, flattened as nodes keep them.
 * @throws {@link EncodingError} when there is no such event, or a value does not fit its type
 */
export function decodeEvent(
  { events }: { readonly events: Events },
  event: string,
  values: readonly Field[],
): Readonly<Record<string, unknown>> {
  const fields = Object.hasOwn(events, event) ? events[event] : undefined;
  if (fields === undefined) throw unknownPart(event, Object.keys(events), "event");
  return decodePlain(struct(fields), values, event) as Readonly<Record<string, unknown>>;
}

/**
 * Encodes values that fields of an event must have, by the names of its flattened fields.
 * @throws {@link EncodingError} when there is no such field, or a value does not fit its type
 */
export function encodeEventFilter(
  { name, fields }: EventDefinition,
  filter: Readonly<Record<string, unknown>>,
): Record<string, Field> {
  const encoded = Object.entries(filter).map(([field, value]) => {
    const declared = fields.find((one) => one.name === field);
    const names = fields.map((one) => one.name);
    if (declared === undefined) throw unknownPart(field, names, name);
    return [field, encodePlain(declared.type, value, `${name}.${field}`)[0]!] as const;
  });
  return Object.fromEntries(encoded);
}

function viewAt(views: Views, view: string): Views[string] {
  const known = Object.hasOwn(views, view) ? views[view] : undefined;
  if (known === undefined) throw unknownPart(view, Object.keys(views), "view");
  return known;
}
