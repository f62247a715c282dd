import type { Events } from "./eventDefinitions.ts";
import type { Procedure, Program, SourceLocation } from "./ir.ts";
import { refuseUnknownNames } from "./names.ts";
import { exactly } from "./operands.ts";
import { flattenInput } from "./operations.ts";
import { emitEvent, type Trace } from "./trace.ts";
import { flattenType, struct } from "./types.ts";
import { requireDistinct, requireName, validateParts, wrong } from "./validateParts.ts";
import type { InputOf } from "./valueOf.ts";

/** `emit.swapped({ account: sender, amountIn })`, a function for each event. */
export type Emit<E extends Events> = {
  readonly [N in keyof E]: (fields: { readonly [F in keyof E[N]]: InputOf<E[N][F]> }) => void;
};

/** What nodes keep of one transaction is bounded by these: 16 events of 16 values, 8 kB. */
const MOST_EMITS = 16;
const MOST_FIELDS = 16;
const MOST_EVENTS = 64;

/** The function of each event, for the procedure that is being traced. */
export function eventEmitters(trace: Trace, events: Events): Emit<Events> {
  const emitters = Object.entries(events).map(([name, fields], event) => {
    const emit = exactly(name, (given: unknown) =>
      emitEvent(trace, { event, values: flattenInput(struct(fields), given, `the event \`${name}\``) }),
    );
    return [name, emit] as const;
  });
  return refuseUnknownNames(Object.fromEntries(emitters), "the events of the application") as Emit<Events>;
}

/**
 * Checks the declared events before tracing.
 * @throws {@link DefinitionError} at the first mistake
 */
export function validateEvents(events: Events, location: SourceLocation | undefined): void {
  const names = Object.keys(events);
  requireDistinct(names, "events", location);
  if (names.length > MOST_EVENTS) throw wrong(location, `There are ${names.length} events.`, `Keep to ${MOST_EVENTS}.`);
  for (const [name, fields] of Object.entries(events)) {
    requireName(name, "An event", { location });
    const isFields = typeof fields === "object" && fields !== null && typeof fields.kind !== "string";
    if (!isFields) {
      throw wrong(
        location,
        `The event \`${name}\` has no fields.`,
        "Write `swapped: { account: address, amount: u128 }`.",
      );
    }
    validateParts(struct(fields), `the event \`${name}\``, location);
    const { length } = flattenType(struct(fields), "");
    if (length > MOST_FIELDS) {
      throw wrong(location, `The event \`${name}\` has ${length} values.`, `Keep to ${MOST_FIELDS}.`);
    }
  }
}

/**
 * Checks that no procedure emits more than nodes keep of one transaction.
 * @throws {@link DefinitionError} at the first that does
 */
export function requireFewEmits({ methods, handlers }: Program): void {
  for (const { name, emits = [], location } of [...methods, ...handlers] satisfies readonly Procedure[]) {
    if (emits.length <= MOST_EMITS) continue;
    throw wrong(
      location,
      `\`${name}\` emits ${emits.length} events, and nodes keep ${MOST_EMITS} of one transaction.`,
      "Emit one event for all of them, with an array or a total.",
    );
  }
}
