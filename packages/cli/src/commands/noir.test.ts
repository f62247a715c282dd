import { applicationNoir, exitsNoir } from "@frond/language";
import { BUNDLED_APPLICATIONS, findApplication } from "@frond/network/applications";
import { expect, test } from "vitest";

/** A line of `entry_words` that takes a value out of an entry; see the use. */
const DEFINITION = String.raw`formats\[\d+\] \* values\[\d+\];$`;
/** A variable that is an element of an array, by a number. */
const BY_NUMBER = String.raw`^ +(let )?(mut )?\w+(\[\d+\])* = (?!${DEFINITION})[a-z_]+\[\d`;

/** What an auditor must not find in generated Noir, each with an example. */
const UNREADABLE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a line of more than 120 columns", /^.{121,}$/],
  ["a zero that is added or subtracted", /[^\w\].)](0 \+ )|( [+-] 0\b(?!x))/],
  ["a factor of one", /[^\w\].]1 \* | \* 1\b/],
  ["a number as a kind of message", /\bkind(:|, |\) ==) ?\d/],
  ["a number as a selector", /\bselector, \d|\w+_call = \d/],
  ["a number as a method, a map or a layer", /equal\(method, \d|Opened::entry\(\w+, \d|\bto: \d/],
  // `entry_words` takes each value out of an entry once, in a line that is the variable's definition: the variable has
  // the name of the map and of the field, so a constant of the same name beside it would tell nothing more.
  ["a number as the position of a value", new RegExp(String.raw`(changes\[\d+\]|entries\[\d+\])\[\d|${BY_NUMBER}`)],
  ["a large power of two, or one less", /^ .*\b0x([1248]0{8,}|[137]?f{8,})\b/],
  ["a variable in parentheses", /[^\w>]\(\w+\)(?!:)/],
  ["a negation that is negated", /1 - \(?is_not/],
  ["a space at the end", /\s$/],
];

const MODULES = BUNDLED_APPLICATIONS.flatMap((name) => [
  { name, module: "methods", noirOf: applicationNoir },
  { name, module: "exits", noirOf: exitsNoir },
]);

test.each(MODULES)("the Noir of the $module of $name is readable", async ({ name, noirOf }) => {
  const { application } = await findApplication(name);
  const lines = noirOf(application.program).trimEnd().split("\n");
  const code = lines.map((line) => line.replace(/^ +\/\/ .*$/, (comment) => (comment.length > 120 ? comment : "")));
  for (const [what, pattern] of UNREADABLE) {
    expect(
      code.filter((line) => pattern.test(line)),
      what,
    ).toEqual([]);
  }
});

test.each(MODULES)("the $module of $name declare each name once, and shadow no item", async ({ name, noirOf }) => {
  const { application } = await findApplication(name);
  const text = noirOf(application.program);
  const imported = [...text.matchAll(/^use frond::\w+::\{?([\w, ]+)\}?;$/gm)].flatMap((match) => match[1]!.split(", "));
  const globals = [...text.matchAll(/^(?:pub )?global (\w+)/gm)].map((match) => match[1]!);
  const functions = [...text.matchAll(/^(?:pub )?fn (\w+)/gm)].map((match) => match[1]!);
  const items = [...imported, ...globals, ...functions];
  expect(items.length).toBe(new Set(items).size);
  for (const body of text.split(/^(?=(?:pub )?fn )/m).slice(1)) {
    const head = body.slice(0, body.indexOf("->"));
    const parameters = [...head.matchAll(/(\w+): /g)].map((match) => match[1]!);
    const variables = [...body.matchAll(/^ {4}let (?:mut )?\(?([\w, ]+?)\)? = /gm)].flatMap((match) =>
      match[1]!.split(", "),
    );
    const names = [...parameters, ...variables];
    expect(names.length, head).toBe(new Set(names).size);
    expect(
      names.filter((one) => imported.includes(one)),
      head,
    ).toEqual([]);
  }
});
