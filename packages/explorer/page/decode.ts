import { decodeArguments } from "@frond/language/interface";
import type { ToldInterface } from "@frond/sdk";
import { formatValue } from "./format.ts";

type ShownArgument = {
  readonly name: string;
  readonly text: string;
  /** If it is an account of the layers. */
  readonly address: bigint | undefined;
};

export type ShownCall = {
  readonly name: string;
  readonly args: readonly ShownArgument[];
  /** Why the arguments can't be shown by their names. */
  readonly problem: string | undefined;
};

/** The name and the arguments of a call; without an application, or if they don't fit it, as they stand. */
export function decodeCall(
  application: Pick<ToldInterface, "methods"> | undefined,
  { method, args }: { readonly method: number | null; readonly args: readonly bigint[] },
): ShownCall {
  const plain = args.map((value, i) => ({ name: String(i), text: formatValue(value, "field"), address: undefined }));
  if (method === null) return { name: "unreadable call", args: plain, problem: undefined };
  if (application === undefined) return { name: `method ${method}`, args: plain, problem: undefined };
  try {
    const decoded = decodeArguments(application, method, args);
    const types = application.methods[decoded.name]!;
    const shown = Object.entries(decoded.args).map(([name, value]) => {
      const kind = types[name]!.kind;
      return { name, text: formatValue(value, kind), address: kind === "address" ? (value as bigint) : undefined };
    });
    return { name: decoded.name, args: shown, problem: undefined };
  } catch (error) {
    return { name: `method ${method}`, args: plain, problem: (error as Error).message };
  }
}
