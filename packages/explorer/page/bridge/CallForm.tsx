import type { Type } from "@frond/language/interface";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { formatAmount } from "../format.ts";
import type { Layer } from "../network/schemas.ts";
import { parseInput } from "../parseInput.ts";
import { Field } from "../parts/Field.tsx";
import { TransactionLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import type { FilledCall } from "../pictures/types.ts";
import { Argument } from "./Argument.tsx";
import { submitted } from "./submitted.ts";
import { type LayerClient, useClient } from "./useClient.ts";

/** Calls any method of a layer's application, by a form made from its definition; a withdrawal is one of them. */
export function CallForm(props: { readonly layer: Layer; readonly filled?: FilledCall | undefined }): ReactNode {
  const { layer, filled } = props;
  const client = useClient(layer);
  if (client.data === undefined)
    return (
      <section>
        <h2>Call {layer.name}</h2>
        {client.error === null ? <p role="status">Asking the node.</p> : <Problem error={client.error} />}
      </section>
    );
  return <MethodForm layer={layer} filled={filled} {...client.data} />;
}

type GivenArgument = readonly [name: string, type: Type, text: string];
/** A client whose methods are known at run time only. */
type AnyMethods<T> = Readonly<Record<string, (args: never) => Promise<T>>>;

type FormProps = LayerClient & { readonly layer: Layer; readonly filled: FilledCall | undefined };

function MethodForm({ layer, filled, client, application }: FormProps): ReactNode {
  const names = Object.keys(application.methods);
  const first = [filled?.method, "withdraw", names[0]].find((name) => name !== undefined && names.includes(name));
  const [method, setMethod] = useState(first ?? "");
  const call = useMutation({
    async mutationFn(given: readonly GivenArgument[]) {
      const args = Object.fromEntries(given.map(([name, type, text]) => [name, parseInput(type, text)]));
      const simulated = await (client.simulate as AnyMethods<Simulated>)[method]!(args as never);
      if (!simulated.ok) throw new Error(`${method} would fail: ${simulated.reason}${placeText(simulated.place)}`);
      const sent = await (client.methods as AnyMethods<Sent>)[method]!(args as never);
      return { hash: sent.hash, fee: simulated.fee };
    },
  });
  return (
    <form
      aria-label="Call"
      onSubmit={(event) => {
        const value = submitted(event);
        const types = Object.entries(application.methods[method] ?? {});
        call.mutate(types.map(([name, type]) => [name, type, value(`arg.${name}`)]));
      }}
    >
      <h2>Call {layer.name}</h2>
      <Field name="Method">
        {(id) => (
          <select id={id} value={method} onChange={(event) => setMethod(event.target.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      {Object.entries(application.methods[method] ?? {}).map(([name, type]) => (
        <Argument
          key={`${method}.${name}`}
          name={name}
          type={type}
          filled={method === filled?.method ? filled.args[name] : undefined}
        />
      ))}
      <button type="submit" disabled={call.isPending}>
        Sign and send
      </button>
      {call.isPending && <p role="status">Simulating, signing, sending.</p>}
      {call.data && (
        <p role="status">
          Preconfirmed: <TransactionLink layerId={layer.layerId} hash={call.data.hash} />, fee{" "}
          {formatAmount(call.data.fee)}.
        </p>
      )}
      <Problem error={call.error} />
    </form>
  );
}

type Simulated = Awaited<ReturnType<LayerClient["client"]["simulate"][string]>>;
type Sent = Awaited<ReturnType<LayerClient["client"]["methods"][string]>>;

function placeText(place: { readonly file: string; readonly line: number } | undefined): string {
  return place === undefined ? "" : ` (${place.file}:${place.line})`;
}
