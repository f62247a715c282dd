import type { Program } from "@frond/language";
import type { KeptEvent } from "@frond/store";
import type { Effect } from "./openBlock.ts";

/** What an effect has emitted, with the names that the application gives. */
export function keepEvents(
  { events }: Pick<Program, "events">,
  { emitted = [] }: Effect,
  cause: Pick<KeptEvent, "transaction" | "from">,
): KeptEvent[] {
  return emitted.map(({ event, values }) => {
    const { name, fields } = events[event]!;
    return { name, fields: Object.fromEntries(fields.map((field, i) => [field.name, values[i]!])), ...cause };
  });
}
