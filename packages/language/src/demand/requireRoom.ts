import { type BlockSize, isForcedSize, MESSAGES_PER_BLOCK, MOST_PLACES } from "@frond/protocol";
import { existingGates, insertGates, MOST_GATES } from "../cost/gateCosts.ts";
import { DefinitionError } from "../errors.ts";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import { blockSizes } from "../noir/blockSizes.ts";
import { allSizes, holdsForced, mostForced } from "../noir/forcedSize.ts";
import { titleOfHandler } from "../outline.ts";
import { type Demand, demandOf, mapOfEntry } from "./demandOf.ts";
import { isFixedEntry } from "./entryNames.ts";

/** A procedure with its sort and name. */
type Demanding = { readonly title: string; readonly procedure: Procedure; readonly demand: Demand };

/**
 * Checks that each method and each handler fits a block of one of the `sizes`: the entries that each call opens, those
 * of them that are new at the first call, and the messages that each call sends. Any one call of a method must fit a
 * block of forced transactions, whatever the state is.
 * @throws {@link DefinitionError} for the first that does not fit; the error names a size that would do
 */
export function requireRoom(program: Program, given: readonly BlockSize[], location?: SourceLocation): void {
  const sizes = given.filter((size) => !isForcedSize(size));
  const all = demandsOf(program);
  for (const one of all) {
    const holds = sizes.some((size) => isHeld(one.demand, size));
    if (!holds) throw tooLarge(program, one, { sizes, location });
  }
  const stuck = firstStuck(all, sizes);
  if (stuck !== undefined) throw tooLarge(program, stuck.one, { sizes, location, inserts: stuck.inserts });
  requireForcedRoom(program, given, location);
}

function requireForcedRoom(program: Program, given: readonly BlockSize[], location: SourceLocation | undefined): void {
  const most = mostForced(program);
  const size = allSizes(program, given).find((size) => holdsForced(size, most));
  if (size !== undefined && most.sent <= MESSAGES_PER_BLOCK && placesGates(program, size) <= MOST_GATES) return;
  const { opened, sent } = most;
  const [derived] = allSizes(program, []);
  throw new DefinitionError({
    code: "language/too-large",
    location,
    problem:
      `No block of forced transactions has room for any one call: a method opens up to ${count(opened, "entry", "entries")}, ` +
      `all of which may be new, and sends up to ${count(sent, "message")}.`,
    instead:
      size === undefined
        ? `Declare a size that has room: \`${sourceOf(derived!)}\`.`
        : "Open and send less, in several calls: L1 freezes a layer that can't execute what it is forced to.",
    data: { entries: opened, messages: sent },
  });
}

/** What each procedure demands, with its sort and name. */
export function demandsOf({ methods, handlers }: Program): Demanding[] {
  return [
    ...methods.map((procedure) => ({
      title: `the method \`${procedure.name}\``,
      procedure,
      demand: demandOf(procedure, { isMethod: true }),
    })),
    ...handlers.map((procedure) => ({
      title: titleOfHandler(procedure),
      procedure,
      demand: demandOf(procedure, { isMethod: false }),
    })),
  ];
}

/**
 * Whether blocks of a size hold some calls, if as many of the entries exist already as is needed. Entries with fixed
 * keys exist after the first call, and have to fit among those that exist.
 */
function isHeld({ entries, always, messages }: Demand, size: BlockSize): boolean {
  const fixed = [...always].filter(isFixedEntry).length;
  return entries.least <= size.entries && fixed <= size.entries - size.inserts && messages.least <= size.produced;
}

/**
 * The first procedure that can never be called, because its first call makes more new entries than a block can. An
 * entry may exist already if a procedure that can be called opens an entry of the same map.
 */
function firstStuck(
  all: readonly Demanding[],
  sizes: readonly BlockSize[],
): { readonly one: Demanding; readonly inserts: number } | undefined {
  const populated = new Set<number>();
  const newEntries = ({ always }: Demand) => [...always].filter((entry) => !populated.has(mapOfEntry(entry))).length;
  const canBeCalled = ({ demand }: Demanding) =>
    sizes.some((size) => isHeld(demand, size) && newEntries(demand) <= size.inserts);
  let waiting = [...all];
  for (let next = waiting.find(canBeCalled); next !== undefined; next = waiting.find(canBeCalled)) {
    for (const entry of next.demand.ever) populated.add(mapOfEntry(entry));
    const called = next;
    waiting = waiting.filter((one) => one !== called);
  }
  const [one] = waiting;
  return one === undefined ? undefined : { one, inserts: newEntries(one.demand) };
}

type Lack = {
  readonly sizes: readonly BlockSize[];
  readonly location: SourceLocation | undefined;
  /** The new entries of the first call; undefined if the entries or the messages are too many already. */
  readonly inserts?: number;
};

function tooLarge(program: Program, { title, procedure, demand }: Demanding, lack: Lack): DefinitionError {
  const { sizes, location, inserts } = lack;
  const [entries, messages] = [demand.entries.least, demand.messages.least];
  // All may be new, and the first call has to fit as well.
  const mostNew = inserts ?? demand.always.size;
  const known = blockSizes.find((size) => isHeld(demand, size) && mostNew <= size.inserts);
  const needed = known ?? sizeThatHolds(demand, mostNew);
  return new DefinitionError({
    code: "language/too-large",
    location: procedure.location ?? location,
    problem:
      `No block has room for ${title}: each call opens ${entriesText(program, demand)}` +
      `${inserts === undefined ? "" : `, ${inserts} of them new at the first call,`} ` +
      `and sends ${count(messages, "message")}. The block sizes are ${sizes.map(sizeText).join("; ")}.`,
    instead: `Open and send less, in several calls${remedy(program, needed)}.`,
    data: { procedure: procedure.name, entries, messages, inserts, size: needed },
  });
}

/** What follows from the size that would be needed. */
function remedy(program: Program, needed: BlockSize | undefined): string {
  if (needed === undefined) {
    return `: no block has more than ${MOST_PLACES.toLocaleString("en")} entries and ${MESSAGES_PER_BLOCK} messages`;
  }
  if (placesGates(program, needed) > MOST_GATES) {
    const most = MOST_GATES.toLocaleString("en");
    return `: a size with room, ${sourceOf(needed)}, would have more than the ${most} gates that can be proven`;
  }
  return `; or declare a block size that has room: \`sizes: [${sourceOf(needed)}]\``;
}

/** Transactions and messages of a size that is made for one large procedure. */
const FEW = 8;

/** A size for calls whose entries are all new, and for calls whose entries all exist; undefined if there is none. */
function sizeThatHolds({ entries, messages }: Demand, inserts: number): BlockSize | undefined {
  const most = Math.max(entries.least, inserts);
  if (most >= MOST_PLACES || messages.least > MESSAGES_PER_BLOCK) return undefined;
  const places = Math.max(inserts, Math.min(most, MOST_PLACES - most));
  return {
    name: "own",
    transactions: FEW,
    entries: Math.min(most + places, MOST_PLACES),
    inserts: places,
    consumed: FEW,
    produced: Math.max(FEW, messages.least),
  };
}

/** About the gates of a block for its entries alone. */
function placesGates({ entryWidth }: Program, { entries, inserts }: BlockSize): number {
  return (entries - inserts) * existingGates(entryWidth) + inserts * insertGates(entryWidth);
}

function sourceOf(size: BlockSize): string {
  const fields = Object.entries(size).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${fields.join(", ")} }`;
}

function sizeText({ name, entries, inserts, produced }: BlockSize): string {
  return `"${name}" with ${count(entries, "entry", "entries")} (${inserts} of them new) and ${count(produced, "message")}`;
}

/** How many entries of which maps. */
function entriesText({ maps }: Program, { entries, ever }: Demand): string {
  const perMap = maps.map(({ name, id }) => ({
    name,
    entries: [...ever].filter((entry) => mapOfEntry(entry) === id).length,
  }));
  const parts = perMap
    .filter((map) => map.entries > 0)
    .map((map) => `${map.entries.toLocaleString("en")} of \`${map.name}\``);
  const all = count(entries.least, "entry", "entries");
  if (parts.length === 0) return all;
  return `${ever.size > entries.least ? "at least " : ""}${all} (${ever.size > entries.least ? "out of " : ""}${parts.join(", ")})`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
