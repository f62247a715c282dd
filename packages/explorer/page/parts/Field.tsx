import { type ReactNode, useId } from "react";

/** A control of a form below its name. */
export function Field(props: {
  readonly name: string;
  /** Beside the name. */
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <span>
        <label htmlFor={id}>{props.name}</label> {props.hint !== undefined && <small>{props.hint}</small>}
      </span>
      {props.children(id)}
    </div>
  );
}
