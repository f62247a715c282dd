import { DefinitionError } from "./errors.ts";
import { callerLocation } from "./location.ts";
import { unknownName } from "./names.ts";
import { describe } from "./tracedValue.ts";

/**
 * Checks the parts of a message that `name` sends. JavaScript ignores a part that is misspelt: the message would move
 * no money, and the application would take the money from the account.
 * @throws {@link DefinitionError} when a part is unknown or missing, or an amount has no asset
 */
export function requireMessage(
  name: "send" | "withdraw" | "call" | "pay",
  message: object,
  { required, others }: { readonly required: readonly string[]; readonly others: readonly string[] },
): void {
  const known = [...required, ...others];
  const what = `${name === "pay" ? "payout" : "message"} of \`${name}\``;
  const example = `Write \`${name}(${name === "call" ? "theCall, " : ""}{ ${known.join(", ")} })\``;
  if (typeof message !== "object" || message === null) {
    throw wrongMessage(`\`${name}\` is given ${describe(message)} as the ${what.split(" ")[0]}.`, `${example}.`);
  }
  const given = Object.keys(message);
  const unknown = given.find((part) => !known.includes(part));
  if (unknown !== undefined) throw unknownName(unknown, known, `the ${what}`);
  const values = message as Readonly<Record<string, unknown>>;
  const empty = given.find((part) => values[part] === undefined || values[part] === null);
  if (empty !== undefined) {
    throw wrongMessage(`\`${empty}\` of the ${what} is ${values[empty]}.`, "Give a value, or leave the part out.");
  }
  const missing = required.find((part) => !given.includes(part));
  if (missing !== undefined) throw wrongMessage(`The ${what} has no \`${missing}\`.`, `${example}.`);
  const hasAmount = given.includes("amount") && !isZero(values.amount);
  if (hasAmount && (!given.includes("asset") || isZero(values.asset))) {
    throw wrongMessage(
      `The ${what} has an amount and no asset.`,
      "Give the number of the asset: 1 is ether, and tokens have numbers from 2 on.",
    );
  }
}

function isZero(value: unknown): boolean {
  return value === 0 || value === 0n;
}

function wrongMessage(problem: string, instead: string): DefinitionError {
  return new DefinitionError({ code: "language/type", location: callerLocation(), problem, instead });
}
