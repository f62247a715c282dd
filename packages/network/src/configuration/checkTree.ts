import { MOST_LEVELS } from "@frond/protocol";
import type { Mistake } from "./errors.ts";
import { suggestion } from "./toMistakes.ts";

/** A layer's place in the tree, as far as it could be read. */
export type Place = { readonly name: string; readonly parent: string | undefined; readonly port: number | undefined };

/**
 * What is wrong with the tree that layers make: parents that do not exist, cycles, no or several trunks, too many
 * levels, a port taken twice.
 */
export function checkTree(places: readonly Place[]): Mistake[] {
  const byName = new Map(places.map((place) => [place.name, place]));
  return [
    ...unknownParents(places, byName),
    ...trunks(places),
    ...cycles(places, byName),
    ...deepLayers(places, byName),
    ...samePorts(places),
  ];
}

/** Layers with parents before children, and siblings in the order given. The tree must be sound. */
export function parentsFirst<P extends Place>(places: readonly P[]): P[] {
  const childrenOf = (parent: string | undefined): P[] =>
    places.filter((place) => place.parent === parent).flatMap((place) => [place, ...childrenOf(place.name)]);
  return childrenOf(undefined);
}

/** From the layer up to the trunk, or until a layer comes again or does not exist. */
export function lineageOf(name: string, byName: ReadonlyMap<string, Place>): string[] {
  const lineage: string[] = [];
  for (let at = byName.get(name); at !== undefined && !lineage.includes(at.name); ) {
    lineage.push(at.name);
    at = at.parent === undefined ? undefined : byName.get(at.parent);
  }
  return lineage;
}

function unknownParents(places: readonly Place[], byName: ReadonlyMap<string, Place>): Mistake[] {
  return places.flatMap(({ name, parent }) => {
    if (parent === undefined || byName.has(parent)) return [];
    const others = [...byName.keys()].filter((other) => other !== name);
    const problem = `There is no layer ${JSON.stringify(parent)}.`;
    const write = others.length === 0 ? "Leave `parent` out: this is the trunk." : suggestion(parent, others);
    return [{ layer: name, field: "parent", problem, write }];
  });
}

function trunks(places: readonly Place[]): Mistake[] {
  const names = places.filter(({ parent }) => parent === undefined).map(({ name }) => name);
  if (names.length === 1) return [];
  const field = "layers";
  if (places.length === 0) {
    return [
      {
        field,
        problem: "There are no layers.",
        write: 'Write at least the trunk: { trunk: { application: "exchange" } }.',
      },
    ];
  }
  if (names.length === 0) {
    return [
      {
        field,
        problem: "No layer is the trunk: all have a parent.",
        write: "Leave `parent` out of exactly one, the L2 that the others hang from.",
      },
    ];
  }
  const [first, ...rest] = names;
  return rest.map((layer) => ({
    layer,
    field: "parent",
    problem: `It is missing, but ${first} is the trunk already.`,
    write: `Write parent: "${first}", or the name of another layer; only the trunk has no parent.`,
  }));
}

/** One mistake a cycle, on its first layer. */
function cycles(places: readonly Place[], byName: ReadonlyMap<string, Place>): Mistake[] {
  const told = new Set<string>();
  return places.flatMap(({ name }) => {
    const lineage = lineageOf(name, byName);
    if (byName.get(lineage.at(-1)!)?.parent !== name || told.has(name)) return [];
    for (const member of lineage) told.add(member);
    return [
      {
        layer: name,
        field: "parent",
        problem: `It hangs from itself: ${[...lineage, name].join(" -> ")}.`,
        write: "Give one of them a parent outside of this circle, or leave `parent` out if it is the trunk.",
      },
    ];
  });
}

/** The first layer too many of each branch. */
function deepLayers(places: readonly Place[], byName: ReadonlyMap<string, Place>): Mistake[] {
  return places.flatMap(({ name }) => {
    const lineage = lineageOf(name, byName);
    if (lineage.length !== MOST_LEVELS + 1 || byName.get(lineage.at(-1)!)?.parent !== undefined) return [];
    return [
      {
        layer: name,
        field: "parent",
        problem: `It would be level ${lineage.length} below L1.`,
        write: `Write the name of a layer further up; a tree has at most ${MOST_LEVELS} levels.`,
      },
    ];
  });
}

function samePorts(places: readonly Place[]): Mistake[] {
  return places.flatMap(({ name, port }, i) => {
    const other = places.slice(0, i).find((before) => before.port === port);
    if (port === undefined || port === 0 || other === undefined) return [];
    const problem = `Port ${port} is taken by ${other.name}.`;
    return [{ layer: name, field: "port", problem, write: "Write another one, or leave it out for a free one." }];
  });
}
