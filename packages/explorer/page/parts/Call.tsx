import { fieldToHex } from "@frond/foundation";
import type { ToldInterface } from "@frond/sdk";
import type { ReactNode } from "react";
import { decodeCall } from "../decode.ts";
import { formatAmount, formatClock, kindName } from "../format.ts";
import type { LayerEvent, PlacedCall } from "../network/layers.ts";
import type { Message, Refused } from "../network/schemas.ts";
import { AccountLink, BlockLink, BundleLink, Hex, LayerLink, TransactionLink } from "./links.tsx";
import { Table } from "./Table.tsx";

/** What a transaction calls: `transfer(to: 0x.., amount: 1.5 × 10¹⁸)`. */
export function Call({
  application,
  call,
}: {
  readonly application: ToldInterface | undefined;
  readonly call: PlacedCall;
}) {
  const { name, args, problem } = decodeCall(application, call);
  return (
    <span>
      <strong>{name}</strong>(
      {args.map(({ name, text, address }, i) => (
        <span key={name}>
          {i > 0 && ", "}
          <span className="quiet">{name}:</span>{" "}
          {address === undefined ? <span>{text}</span> : <AccountLink address={address} />}
        </span>
      ))}
      ){problem !== undefined && <span className="problem"> {problem}</span>}
      {call.problem !== undefined && <span className="problem"> forced and invalid: {call.problem}</span>}
    </span>
  );
}

const CALL_COLUMNS = ["transaction", "block", "sender", "call", "fee", "bundle"];

export function CallsTable(props: {
  readonly layerId: bigint;
  readonly application: ToldInterface | undefined;
  readonly calls: readonly PlacedCall[];
}): ReactNode {
  const { layerId, application, calls } = props;
  const rows = calls.map((call) => ({
    key: fieldToHex(call.hash),
    cells: [
      <TransactionLink key="hash" layerId={layerId} hash={call.hash} />,
      <BlockLink key="block" layerId={layerId} number={call.block} />,
      <AccountLink key="sender" address={call.sender} />,
      <Call key="call" application={application} call={call} />,
      call.fee === undefined ? "–" : formatAmount(call.fee),
      call.bundle === 0n ? "–" : <BundleLink key="bundle" id={call.bundle} />,
    ],
  }));
  return <Table caption="Newest first" columns={CALL_COLUMNS} rows={rows} />;
}

/** Calls that the layer refused, or dropped after a set-back, with the words of the application. */
export function RefusedTable({ refused }: { readonly refused: readonly Refused[] }): ReactNode {
  const rows = refused.map(({ kind, time, sender, method, code, reason, place }, i) => ({
    key: `${time}/${sender}/${i}`,
    className: "failed",
    cells: [
      formatClock(time),
      kind,
      <AccountLink key="sender" address={sender} />,
      method,
      reason,
      <code key="code">{code}</code>,
      place ?? "–",
    ],
  }));
  const columns = ["time", "kind", "sender", "method", "reason", "code", "place"];
  return <Table caption="Newest first, with at most 20 of one sender" columns={columns} rows={rows} />;
}

export function EventsTable(props: {
  readonly layerId: bigint;
  readonly application: ToldInterface | undefined;
  readonly events: readonly LayerEvent[];
}): ReactNode {
  const { layerId, application, events } = props;
  const rows = events.map((event) => ({
    key: `${event.block}/${event.index}`,
    cells: [
      event.event,
      <EventFields key="fields" application={application} event={event} />,
      <BlockLink key="block" layerId={layerId} number={event.block} />,
      event.transaction === undefined ? (
        <span key="cause">
          message from <LayerLink layerId={event.from ?? 0n} />
        </span>
      ) : (
        <TransactionLink key="cause" layerId={layerId} hash={event.transaction} />
      ),
      event.status,
    ],
  }));
  return <Table caption="Newest first" columns={["event", "fields", "block", "by", "status"]} rows={rows} />;
}

function EventFields(props: {
  readonly application: ToldInterface | undefined;
  readonly event: LayerEvent;
}): ReactNode {
  const types = props.application?.events[props.event.event] ?? {};
  return Object.entries(props.event.fields).map(([name, value], i) => {
    const kind = types[name]?.kind ?? "field";
    return (
      <span key={name}>
        {i > 0 && ", "}
        <span className="quiet">{name}:</span>{" "}
        {kind === "address" ? (
          <AccountLink address={value} />
        ) : kind === "bool" ? (
          String(value === 1n)
        ) : (
          formatAmount(value)
        )}
      </span>
    );
  });
}

export type ShownMessage = {
  readonly message: Message;
  readonly block: number;
  readonly at: bigint;
  readonly note?: string;
};

export function MessagesTable({
  messages,
  caption,
}: {
  readonly messages: readonly ShownMessage[];
  readonly caption: string;
}) {
  const rows = messages.map(({ message, block, at, note }, i) => ({
    key: `${at}/${block}/${i}`,
    className: note === undefined ? undefined : "failed",
    cells: [
      kindName(message.kind),
      <LayerLink key="from" layerId={message.from} />,
      <LayerLink key="to" layerId={message.to} />,
      message.amount === 0n ? "–" : `${formatAmount(message.amount)} of asset ${message.asset}`,
      <Hex key="recipient" text={fieldToHex(message.recipient)} />,
      <Hex key="payload" text={fieldToHex(message.payload)} />,
      message.time === 0 ? "–" : formatClock(message.time),
      <BlockLink key="block" layerId={at} number={block} />,
      note ?? "–",
    ],
  }));
  const columns = ["kind", "from", "to", "amount", "recipient", "payload", "time", "block", "problem"];
  return <Table caption={caption} columns={columns} rows={rows} />;
}
