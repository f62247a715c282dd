import { applicationNoir } from "@frond/language";
import { BUNDLED_APPLICATIONS, findApplication } from "@frond/network/applications";
import { expect, test } from "vitest";

/** What an auditor must not find in generated Noir, each with an example. */
const UNREADABLE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a line of more than 120 columns", /^.{121,}$/],
  ["a zero that is added or subtracted", /[^\w\].)](0 \+ )|( [+-] 0\b(?!x))/],
  ["a factor of one", /[^\w\].]1 \* | \* 1\b/],
  ["a number as a kind of message", /\bkind(:|, |\) ==) ?\d/],
  ["a number as a selector", /\bselector, \d|\w+_call = \d/],
  ["a number as a method, a map or a layer", /equal\(method, \d|Opened::entry\(\w+, \d|\bto: \d/],
  [
    "a number as the position of a value",
    /(changes\[\d+\]|entries\[\d+\])\[\d|^ +(let )?(mut )?\w+(\[\d+\])* = [a-z_]+\[\d/,
  ],
  ["a large power of two, or one less", /^ .*\b0x([1248]0{8,}|[137]?f{8,})\b/],
  ["a variable in parentheses", /[^\w>]\(\w+\)(?!:)/],
  ["a negation that is negated", /1 - \(?is_not/],
  ["a space at the end", /\s$/],
];

test.each(BUNDLED_APPLICATIONS)("the Noir of %s is readable", async (name) => {
  const { application } = await findApplication(name);
  const lines = applicationNoir(application.program).trimEnd().split("\n");
  const code = lines.map((line) => line.replace(/^ +\/\/ .*$/, (comment) => (comment.length > 120 ? comment : "")));
  for (const [what, pattern] of UNREADABLE) {
    expect(
      code.filter((line) => pattern.test(line)),
      what,
    ).toEqual([]);
  }
});

test.each(BUNDLED_APPLICATIONS)("the functions of %s declare each name once, and shadow no item", async (name) => {
  const { application } = await findApplication(name);
  const text = applicationNoir(application.program);
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
