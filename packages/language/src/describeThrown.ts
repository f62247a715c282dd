import { DefinitionError } from "./errors.ts";
import { thrownLocation } from "./location.ts";

/**
 * What an application throws itself, or lets JavaScript throw, while it is loaded or traced, with its place. `what` is
 * the part of the application, such as "the method `pay`".
 */
export function describeThrown(cause: unknown, what: string, during: "trace" | "load" = "trace"): DefinitionError {
  if (cause instanceof DefinitionError) return cause;
  const { name, message } = cause instanceof Error ? cause : { name: "", message: String(cause) };
  return new DefinitionError({
    code: "language/thrown",
    location: cause instanceof Error ? thrownLocation(cause) : undefined,
    ...mistakeOf(name, message.split("\n")[0]!, what, during),
    data: { message },
    cause,
  });
}

function mistakeOf(
  name: string,
  message: string,
  what: string,
  during: "trace" | "load",
): { readonly problem: string; readonly instead: string } {
  if (name === "RangeError" && /call stack/.test(message)) {
    return {
      problem: `${what} calls itself without end.`,
      instead:
        "Write a loop with a constant bound, `for (let i = 0; i < 8; i++)`, or count the depth in a plain number: " +
        "a condition on a traced value can't end a recursion.",
    };
  }
  if (
    name === "TypeError" &&
    /^Cannot (assign to|add|delete|define) .*(\[object Array\]|not extensible)/.test(message)
  ) {
    return {
      problem: `${what} changes an array of traced values in place, which is not recorded.`,
      instead: "Copy the array, `const list = [...state.list.get()]`, and write the copy: `state.list.set(list)`.",
    };
  }
  if (/^(Type|Reference|Range|Syntax)Error$/.test(name)) {
    return {
      problem: `${what} fails: ${message}${/[.!?]$/.test(message) ? "" : "."}`,
      instead: "Correct the name or the value; docs/language-reference.md lists what there is.",
    };
  }
  if (during === "load") return { problem: `${what} throws ${JSON.stringify(message)}.`, instead: "Correct it." };
  return {
    problem: `${what} throws ${JSON.stringify(message)} while it is traced, and so would never run.`,
    instead: 'Write `assert(condition, "message")`, which makes a call fail when the method runs.',
  };
}
