import type { EventDefinition } from "./ir.ts";
import { type Fields, flattenType, struct } from "./types.ts";

/** The events of an application: names and their fields. */
export type Events = { readonly [name: string]: Fields };

/** The events of an application that declares none. */
export type NoEvents = Record<never, Fields>;

/** The events with their fields flattened, as nodes keep them. */
export function eventDefinitions(events: Events): EventDefinition[] {
  return Object.entries(events).map(([name, fields]) => ({ name, fields: flattenType(struct(fields), "") }));
}
