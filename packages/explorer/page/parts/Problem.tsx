import type { ReactNode } from "react";
import { problemText } from "../format.ts";

/** What went wrong, said to people and to screen readers; nothing without an error. */
export function Problem({ error }: { readonly error: unknown }): ReactNode {
  if (error === null || error === undefined) return null;
  return (
    <p className="problem" role="alert">
      {problemText(error)}
    </p>
  );
}
