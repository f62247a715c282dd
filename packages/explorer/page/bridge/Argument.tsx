import { fieldToHex } from "@frond/foundation";
import type { Type } from "@frond/language/interface";
import type { ReactNode } from "react";
import { useNetwork } from "../network/live.ts";
import { Field } from "../parts/Field.tsx";
import { useWallet } from "./wallet.tsx";

/** A field of the form, by its type; an account on L1 is the wallet's own at first. */
export function Argument(props: {
  readonly name: string;
  readonly type: Type;
  readonly filled?: string | undefined;
}): ReactNode {
  const { name, type, filled } = props;
  const { connected } = useWallet();
  const layers = useNetwork().data?.layers ?? [];
  const field = `arg.${name}`;
  if (type.kind === "bool" || type.kind === "enumeration") {
    const options = type.kind === "bool" ? ["true", "false"] : type.members;
    return (
      <Field name={name}>
        {(id) => (
          <select id={id} name={field}>
            {options.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        )}
      </Field>
    );
  }
  const own = type.kind === "ethereumAddress" ? connected?.account : undefined;
  return (
    <Field name={name} hint={typeText(type)}>
      {(id) => (
        <>
          <input
            id={id}
            name={field}
            required
            defaultValue={filled ?? own}
            autoComplete="off"
            list={type.kind === "field" ? "layers" : undefined}
          />
          {type.kind === "field" && (
            <datalist id="layers">
              {layers.map((layer) => (
                <option key={fieldToHex(layer.layerId)} value={fieldToHex(layer.layerId)}>
                  {layer.name}
                </option>
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

function typeText(type: Type): string {
  if (type.kind === "integer" || type.kind === "signed") return `${type.kind === "integer" ? "u" : "i"}${type.bits}`;
  return type.kind === "ethereumAddress" ? "address on L1" : type.kind;
}
