import { fieldToHex } from "@frond/foundation";
import { type ExitType, encodeExit } from "@frond/language/interface";
import { readExits, type SignedExit, signEscape, toJson } from "@frond/sdk/leave";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useDeployment } from "../../network/trust.ts";
import { parseEthereumAddress, parseInput } from "../../parseInput.ts";
import { Field } from "../../parts/Field.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Argument } from "../Argument.tsx";
import { assetName } from "../assetOf.ts";
import { submitted } from "../submitted.ts";
import { useLayerOne } from "../useLayerOne.ts";
import { useWallet } from "../wallet.tsx";
import { placeOptions, shellWord } from "./command.ts";
import { Command } from "./Standing.tsx";
import { textOf } from "./textOf.ts";
import { type NamedExits, useExits } from "./useExits.ts";
import { useLeaving } from "./useLeaving.ts";

type Props = { readonly layerId: bigint; readonly onSigned: (exit: SignedExit) => void };

/** Signs an exit of a layer's application. Which there are says the layer's node, or a file. */
export function SignForm({ layerId, onSigned }: Props): ReactNode {
  const told = useExits(layerId);
  const read = useMutation({ mutationFn: async (file: File) => readExits(await textOf(file)) });
  const application = read.data ?? told.data;
  return (
    <section aria-label="Sign">
      <h2>1. Sign what you leave by</h2>
      {told.data === undefined && (
        <>
          {told.isFetching ? (
            <p role="status">Asking the node.</p>
          ) : (
            <p>No node of the layer says what its application is. Give its interface:</p>
          )}
          <Command text="frond interface <application> --json > interface.json" />
          <Field name="Interface of the application">
            {(id) => (
              <input
                id={id}
                type="file"
                accept=".json,application/json"
                onChange={({ target }) => target.files?.[0] && read.mutate(target.files[0])}
              />
            )}
          </Field>
          <Problem error={read.error} />
        </>
      )}
      {application && <ExitForm key={application.name} {...{ layerId, onSigned, application }} />}
    </section>
  );
}

function ExitForm({ layerId, onSigned, application }: Props & { readonly application: NamedExits }): ReactNode {
  const { connected } = useWallet();
  const layerOne = useLayerOne();
  const isFrozen = useLeaving(layerId).data?.kind === "frozen";
  const names = Object.keys(application.exits);
  const [name, setName] = useState(names[0] ?? "");
  const exit = application.exits[name];
  const sign = useMutation({
    async mutationFn(value: (name: string) => string) {
      const args = Object.entries(exit!.args).map(([name, type]) => [name, parseInput(type, value(`arg.${name}`))]);
      const encoded = encodeExit(application, name, Object.fromEntries(args));
      const unsigned = {
        layerId,
        ...encoded,
        secret: connected!.secret,
        recipient: parseEthereumAddress(value("recipient")),
      };
      return await signEscape(await layerOne!.open("leave"), unsigned);
    },
    onSuccess: onSigned,
  });
  if (exit === undefined) return <p>{application.name} has no exits, so nothing leaves the layer by a proof.</p>;
  return (
    <form aria-label="Sign an exit" onSubmit={(event) => sign.mutate(submitted(event))}>
      <Field name="Exit" hint={paysText(exit)}>
        {(id) => (
          <select id={id} value={name} onChange={({ target }) => setName(target.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      {Object.entries(exit.args).map(([argument, type]) => (
        <Argument key={`${name}.${argument}`} name={argument} type={type} />
      ))}
      <Field name="Recipient" hint="who is paid on L1">
        {(id) => <input id={id} name="recipient" required defaultValue={connected!.account} autoComplete="off" />}
      </Field>
      <button type="submit" disabled={!isFrozen || layerOne === undefined || sign.isPending}>
        Sign
      </button>
      {!isFrozen && <p className="quiet">The layer has to be frozen first.</p>}
      {sign.data && <ToProve layerId={layerId} exit={sign.data} application={application.name} />}
      <Problem error={sign.error} />
    </form>
  );
}

/** What to do with a signed exit. */
function ToProve(props: {
  readonly layerId: bigint;
  readonly exit: SignedExit;
  readonly application: string;
}): ReactNode {
  const deployment = useDeployment().data!;
  const href = `data:application/json;charset=utf-8,${encodeURIComponent(toJson(props.exit))}`;
  const options = `--layer ${fieldToHex(props.layerId)} --application ${shellWord(props.application)}`;
  return (
    <div role="status">
      <p>
        Signed. Whoever has the file can send it, but only the recipient is paid.{" "}
        <a href={href} download="exit.json">
          Download exit.json
        </a>
      </p>
      <p>
        Prove it on a computer with 2 GB of free memory, which needs no key and takes some minutes. Give the path of the
        application's module if it is none of Frond's own; on a public L1, add <code>--beacon</code> or{" "}
        <code>--from-follower</code>, for blobs.
      </p>
      <Command text={`frond escape --signed exit.json --proof proof.json ${options} ${placeOptions(deployment)}`} />
    </div>
  );
}

function paysText({ assets }: ExitType): string {
  const known = [...new Set(assets)].map((asset) =>
    asset === null ? "what the state says" : assetName(BigInt(asset)),
  );
  return `pays ${known.join(" and ")}`;
}
