import {
  type EntryFormat,
  FIELD_CLASS,
  formatWordCount,
  headerBits,
  PACKED_WORD_BITS,
  PACKINGS,
  packedWordCount,
  shiftOf,
  streamBits,
  type ValueClass,
} from "@frond/protocol";
import { formatOfMap } from "../entryFormats.ts";
import { fieldNameAt } from "../fieldNameAt.ts";
import type { Program } from "../ir.ts";
import { entryWordCount } from "./dataLists.ts";
import {
  array,
  at,
  call,
  type Expression,
  equation,
  library,
  member,
  name,
  number,
  product,
  sum,
} from "./expressions.ts";
import type { Globals } from "./globals.ts";
import { createNames } from "./names.ts";
import { declare, type NoirFunction, type Statement } from "./statements.ts";

const FORMATS = name("formats");
const VALUES = name("values");

/** A part of a value that stands in a word: the whole value, or what is on one side of a word's end. */
type Piece = { readonly word: number; readonly shift: number; readonly value: Expression };

/** A format of the program, with the variables that hold its values if it is the chosen one, and 0 otherwise. */
type Written = { readonly format: EntryFormat; readonly isChosen: Expression; readonly variables: Map<number, string> };

/**
 * The function that makes the words of an entry, but for its leaf and its key, and demands that each value is in the
 * range of its class: the words have one reading then.
 */
export function entryWordsNoir(program: Program, globals: Globals): NoirFunction {
  const { formats, maps, entryWidth } = program;
  const names = createNames(["formats", "values", "words", "present"]);
  const statements: Statement[] = [];
  const all = formats.map((format, i): Written => {
    const map = maps.find((map) => formatOfMap(map, entryWidth).join() === format.join())!;
    const isChosen = at(FORMATS, i);
    const variables = new Map<number, string>();
    format.forEach((valueClass, position) => {
      if (valueClass === 0) return;
      const variable = names(`${map.name}_${fieldNameAt(program, map.id, position)}`);
      variables.set(position, variable);
      statements.push(declare(variable, product(isChosen, at(VALUES, position))));
    });
    return { format, isChosen, variables };
  });
  const cuts = all.map((written) => cutsOf(written.format));
  statements.push(...rangeStatements(all, entryWidth));
  const pieces = all.flatMap((written, i) => placeValues(written, { cuts: cuts[i]!, names, statements }));
  const headers = all.map(({ format, isChosen }) => product(isChosen, number(headerOf(format))));
  const words = Array.from({ length: entryWordCount(program) }, (_, word) => {
    const parts = pieces.filter((piece) => piece.word === word);
    const terms = parts.map(({ value, shift }) => product(value, globals.power(shift)));
    return sum(...(word === 0 ? headers : []), ...terms);
  });
  const present = words.map((_, word) =>
    sum(...all.filter(({ format }) => word < formatWordCount(format)).map(({ isChosen }) => isChosen)),
  );
  const record: Expression = {
    kind: "record",
    type: library("EntryWords"),
    fields: [
      ["words", array(words)],
      ["present", array(present)],
    ],
  };
  return {
    comment: "The words of an entry in the chosen format, without its leaf and its key; none if no format is chosen.",
    isPublic: true,
    name: "entry_words",
    parameters: [
      ["formats", "[Field; FORMATS]"],
      ["values", "[Field; ENTRY_WIDTH]"],
    ],
    result: "EntryWords<ENTRY_WORDS>",
    body: [...statements, { kind: "result", value: record }],
  };
}

/** The header of the format: the number of its values, and their classes. */
function headerOf(format: EntryFormat): bigint {
  const count = BigInt(format.length) << BigInt(shiftOf(PACKINGS.entryHeader, "count"));
  return format.reduce((header, valueClass, i) => header | (BigInt(valueClass) << BigInt(headerBits(i))), count);
}

/** For each value that two words share, the bits of it in the lower word. */
function cutsOf(format: EntryFormat): Map<number, number> {
  const cuts = new Map<number, number>();
  let bit = headerBits(format.length);
  format.forEach((valueClass, position) => {
    const room = PACKED_WORD_BITS - (bit % PACKED_WORD_BITS);
    const bits = streamBits(valueClass);
    if (bits > room) cuts.set(position, room);
    bit += bits;
  });
  return cuts;
}

/**
 * Ranges the values, once for all formats that have the same class at a position. A value that is cut is ranged there.
 */
function rangeStatements(all: readonly Written[], entryWidth: number): Statement[] {
  const statements: Statement[] = [];
  for (let position = 0; position < entryWidth; position++) {
    const byClass = new Map<ValueClass, Written[]>();
    for (const written of all) {
      if (cutsOf(written.format).has(position)) continue;
      const valueClass = written.format[position]!;
      byClass.set(valueClass, [...(byClass.get(valueClass) ?? []), written]);
    }
    for (const [valueClass, members] of byClass) {
      if (valueClass === FIELD_CLASS) continue;
      if (valueClass === 0) {
        const masked = product(sum(...members.map(({ isChosen }) => isChosen)), at(VALUES, position));
        const text: Expression = { kind: "text", text: "data: a value that the format does not have" };
        statements.push({ kind: "do", value: call(name("assert"), equation(masked, number(0)), text) });
        continue;
      }
      const value = sum(...members.map(({ variables }) => name(variables.get(position)!)));
      const ranged = member(value, `assert_max_bit_size::<${streamBits(valueClass)}>`);
      statements.push({ kind: "do", value: call(ranged) });
    }
  }
  return statements;
}

function placeValues(
  { format, variables }: Written,
  options: {
    readonly cuts: ReadonlyMap<number, number>;
    readonly names: (wish: string) => string;
    readonly statements: Statement[];
  },
): Piece[] {
  const { cuts, names, statements } = options;
  let bit = headerBits(format.length);
  let whole = packedWordCount(format);
  return format.flatMap((valueClass, position): Piece[] => {
    if (valueClass === 0) return [];
    const variable = variables.get(position)!;
    const value = name(variable);
    if (valueClass === FIELD_CLASS) return [{ word: whole++, shift: 0, value }];
    const [word, shift] = [Math.floor(bit / PACKED_WORD_BITS), bit % PACKED_WORD_BITS];
    bit += streamBits(valueClass);
    const room = cuts.get(position);
    if (room === undefined) return [{ word, shift, value }];
    const [low, high] = [names(`${variable}_low`), names(`${variable}_high`)];
    const cut = call(library("cut", `::<${room}, ${streamBits(valueClass) - room}>`), value);
    statements.push({ kind: "let", isMutable: false, names: [low, high], value: cut });
    return [
      { word, shift, value: name(low) },
      { word: word + 1, shift: 0, value: name(high) },
    ];
  });
}
