import { fieldToHex } from "@frond/foundation";
import { formatTime } from "@frond/protocol";
import type { Leaving } from "@frond/sdk/leave";
import type { ReactNode } from "react";
import { formatSeconds } from "../../format.ts";
import { useDeployment } from "../../network/trust.ts";
import { Facts } from "../../parts/Facts.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { placeOptions } from "./command.ts";
import { useLeaving } from "./useLeaving.ts";

const WORDS: Readonly<Record<Leaving["kind"], string>> = {
  unknown: "L1 knows no such layer",
  running: "not frozen",
  waiting: "not frozen; forced transactions wait",
  demanded: "its freeze is demanded",
  frozen: "frozen",
};

/** Whether L1 calls a layer frozen, and what has to happen first if it does not. */
export function Standing({ layerId }: { readonly layerId: bigint }): ReactNode {
  const { data, error } = useLeaving(layerId);
  const deployment = useDeployment().data;
  if (data === undefined || deployment === undefined)
    return error === null ? <p role="status">Asking L1.</p> : <Problem error={error} />;
  const facts = [
    ["on L1", <output aria-label="State on L1">{WORDS[data.kind]}</output>],
    ["epochs have settled until", data.settledUntil === 0 ? "none has" : formatTime(data.settledUntil)],
  ] as const;
  return (
    <section aria-label="On L1">
      <Facts facts={facts} />
      <Problem error={error} />
      {data.kind === "frozen" && <p>The state of the layer does not change any more. Sign what you leave by.</p>}
      {data.kind !== "frozen" && data.kind !== "unknown" && (
        <Before leaving={data} options={`--layer ${fieldToHex(layerId)} ${placeOptions(deployment)}`} />
      )}
    </section>
  );
}

type Step = { readonly kind: Leaving["kind"]; readonly text: ReactNode; readonly command?: string };

/** What has to happen before accounts can leave, in order; the present step is marked. */
function Before({ leaving, options }: { readonly leaving: Leaving; readonly options: string }): ReactNode {
  const steps: readonly Step[] = [
    {
      kind: "running",
      text:
        "Force a transaction on L1 that the layer leaves out, such as a withdrawal. " +
        `The layer has ${formatSeconds(leaving.forcedMilliseconds / 1_000)} for it.`,
      command: `frond force <method> ${options} --application <application>`,
    },
    {
      kind: "waiting",
      text:
        `${waitingText(leaving)}Demand the freeze once an epoch has settled that ends at the deadline of a forced ` +
        "transaction, or later, and the transaction still waits. The command says until when it has to wait.",
      command: `frond freeze ${options}`,
    },
    { kind: "demanded", text: demandedText(leaving) },
  ];
  return (
    <>
      <p>Nobody leaves by a proof before the layer is frozen:</p>
      <ol>
        {steps.map(({ kind, text, command }) => (
          <li key={kind} aria-current={kind === leaving.kind ? "step" : undefined}>
            {text}
            {command !== undefined && <Command text={command} />}
          </li>
        ))}
      </ol>
      <p>
        If no epoch settles any more, anybody can retire the deployment from {formatTime(leaving.retirableFrom)} on.
        Every layer counts as frozen then.
      </p>
      <Command text={`frond retire ${options.replace(/^--layer \S+ /, "")}`} />
    </>
  );
}

function waitingText(leaving: Leaving): string {
  if (leaving.kind !== "waiting") return "";
  const { forcedWaiting } = leaving;
  return `${forcedWaiting} forced ${forcedWaiting === 1 ? "transaction waits" : "transactions wait"}. `;
}

function demandedText(leaving: Leaving): string {
  if (leaving.kind !== "demanded") return "Wait for the epoch that has to carry the freeze. Nothing can avert it.";
  return (
    `The freeze was demanded at ${formatTime(leaving.demandedAt)}. Wait for an epoch that ends at ` +
    `${formatTime(leaving.carriedUntil)} or later, which has to carry it. Nothing can avert it.`
  );
}

/** A command to copy; it wraps on a phone. */
export function Command({ text }: { readonly text: string }): ReactNode {
  return (
    <pre className="command">
      <code>{text}</code>
    </pre>
  );
}
