import type { DefinitionErrorCode } from "../errors.ts";
import type { SiteText } from "../instrument/sites.ts";
import type { TracedKind } from "./registry.ts";

export type Mistake = {
  readonly code: DefinitionErrorCode;
  readonly problem: string;
  readonly instead: string;
};

const ALWAYS_THERE =
  "A traced value is always there: a key that was never written holds zeros. Compare one of its values with " +
  "`.equals(0)`, or leave the check out.";

/** What a traced object is that is no value itself. */
export const TRACED_NAMES: { readonly [K in Exclude<TracedKind, "value">]: string } = {
  entry: "an entry of the state",
  map: "a map of the state",
  struct: "a struct of traced values",
  array: "an array of traced values",
};

/** What is wrong at a place where a traced object decides, and what to write there. */
export function describeSite(site: SiteText, traced: TracedKind): Mistake {
  if (traced === "value") return describers[site[0]](site as never);
  const { code, problem, instead } = describers[site[0]](site as never);
  const use =
    traced === "entry" ? "Read its value with `.get()`, and use the methods of that value." : "Use one of its values.";
  return {
    code,
    problem: problem.replace(/ which is known only when the method runs/, ` which is ${TRACED_NAMES[traced]}`),
    instead: site[0] === "foreign" ? instead : `${use} ${ALWAYS_THERE}`,
  };
}

const known = "which is known only when the method runs";

/** The texts of a place where `K` stands. */
type TextsOf<K, T = SiteText> = T extends readonly [infer N, ...infer Rest]
  ? K extends N
    ? readonly [K, ...Rest]
    : never
  : never;

const describers: { readonly [K in SiteText[0]]: (site: TextsOf<K>) => Mistake } = {
  if: ([, test, suggestion]) => ({
    code: "language/branch",
    problem: `\`if\` branches on \`${test}\`, ${known}.`,
    instead:
      `Write \`when(${suggestion}, () => { ... })\`, ` +
      "with `.otherwise(() => { ... })` for an else, or choose a value with `select`.",
  }),
  loop: ([, test]) => ({
    code: "language/branch",
    problem: `The loop condition is \`${test}\`, ${known}; a circuit needs a constant bound.`,
    instead:
      "Write a loop with a constant bound, and guard its body: " +
      "`for (let i = 0; i < 8; i++) when(count.greaterThan(i), () => { ... })`.",
  }),
  "?:": ([, test, suggestion, consequent, alternate]) => ({
    code: "language/branch",
    problem: `\`?:\` branches on \`${test}\`, ${known}.`,
    instead: `Write \`select(${suggestion}, ${consequent}, ${alternate})\`.`,
  }),
  switch: describeSwitch,
  case: describeSwitch,
  "&&": describeLogical,
  "||": describeLogical,
  "&&=": describeLogical,
  "||=": describeLogical,
  "??": describeMissing,
  "?.": describeMissing,
  "??=": describeMissing,
  operator: ([, operator, expression, suggestion]) => {
    const decides = /^(!|[!=]==?|[<>]=?|in|instanceof)$/.test(operator);
    const problem = `\`${operator}\` in \`${expression}\` is applied to a value, ${known}.`;
    const code = decides ? "language/branch" : "language/operator";
    if (/(==|!=)=?\s*(undefined|null)$|^(undefined|null)\s*[!=]=/.test(expression))
      return { code, problem, instead: ALWAYS_THERE };
    if (suggestion !== expression) return { code, problem, instead: `Write \`${suggestion}\`.` };
    return { code, problem, instead: USE_METHODS };
  },
  typeof: ([, text]) => ({
    code: "language/branch",
    problem: `\`typeof\` is asked for the type of \`${text}\`, ${known}.`,
    instead: "Write `constant(type, value)`, which takes a traced value as well as a literal.",
  }),
  "for in": ([, text]) => ({
    code: "language/branch",
    problem: `\`for .. in\` runs over the names of \`${text}\`, ${known}.`,
    instead: "Write a loop with a constant bound: `for (let i = 0; i < 8; i++)`.",
  }),
  template: ([, text]) => ({
    code: "language/operator",
    problem: `The template string ${text} contains a value, ${known}.`,
    instead: "Use constant text in messages.",
  }),
  key: ([, text]) => ({
    code: "language/branch",
    problem: `\`${text}\` is indexed by a value, ${known}.`,
    instead:
      "Write `list.at(index)`, of a traced array or of `constant(array(u64, 3), list)`; " +
      "or keep the elements in a map, `state.name.at(key)`.",
  }),
  length: ([, text]) => ({
    code: "language/branch",
    problem: `\`${text}\` is as long as a value, ${known}.`,
    instead: "Write an array of a constant length.",
  }),
  unused: ([, text]) => ({
    code: "language/unused",
    problem: `The result of \`${text}\` is not used: a traced value never changes, every operation makes a new one.`,
    instead: "Assign the result, write it to the state with `.set(..)`, or delete the line.",
  }),
  try: () => ({
    code: "language/branch",
    problem: "This operation is in a `try` with a `catch`, which can't catch what fails when the method runs.",
    instead: "Check first, with `when(condition, () => { ... }).otherwise(() => { ... })`, or let the call fail.",
  }),
  foreign: ([, name, module]) => ({
    code: "language/branch",
    problem: `\`${name}\` of "${module}" is given a value, ${known}: it takes the value for an object.`,
    instead: 'Import `assert` from "@frond/language"; `a.equals(b)` and the other methods of values compare.',
  }),
  async: () => ({
    code: "language/definition",
    problem: "An async function is called while a method is traced, which can't wait for the function.",
    instead: "Declare an ordinary function instead of an async one.",
  }),
  function: () => ({ code: "language/branch", problem: "A function is called.", instead: "Do not call it." }),
};

/** What is wrong with a statement that makes a generator. */
export function describeGenerator(text: string): Mistake {
  return {
    code: "language/unused",
    problem: `\`${text}\` makes a generator or an iterator, and nothing takes its elements: its body never runs.`,
    instead: "Declare an ordinary function, or take the elements: `for (const element of elements) { ... }`.",
  };
}

export const USE_METHODS =
  "Use its methods: `a.add(b)`, `.subtract`, `.multiply`, `.divide`, `.remainder`, " +
  "`.equals(b)`, `.lessThan(b)`, `.atMost(b)`, `.greaterThan(b)`, `.atLeast(b)`.";

function describeSwitch([, value]: readonly [string, string]): Mistake {
  return {
    code: "language/branch",
    problem: `\`switch\` branches on \`${value}\`, ${known}.`,
    instead:
      "Write `when(value.equals(case), () => { ... })`, with an `.elseWhen(value.equals(other), () => { ... })` for each " +
      "other case and `.otherwise(() => { ... })`.",
  };
}

function describeLogical([operator, left, suggestion]: readonly [string, string, string]): Mistake {
  return {
    code: "language/branch",
    problem: `\`${operator}\` branches on \`${left}\`, ${known}.`,
    instead: `Write \`${suggestion}\`.`,
  };
}

function describeMissing([operator, left]: readonly [string, string, string]): Mistake {
  return {
    code: "language/branch",
    problem: `\`${operator}\` asks whether there is \`${left}\`, ${known}.`,
    instead: ALWAYS_THERE,
  };
}
