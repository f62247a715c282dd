import { fieldToHex } from "@frond/foundation";
import { MessageKind } from "@frond/protocol";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useAccess } from "../network/access.ts";
import { readBlocks } from "../network/layers.ts";
import { useNetwork } from "../network/live.ts";
import { MessagesTable, type ShownMessage } from "../parts/Call.tsx";
import { BundleLink } from "../parts/links.tsx";
import { messagesOf } from "./LayerView.tsx";

const BLOCKS_OF_LAYER = 5;
const SHOWN_MESSAGES = 100;

/** Messages from layer to layer, in the last blocks of every layer. */
export function MessagesView(): ReactNode {
  const { node } = useAccess();
  const { data } = useNetwork();
  const layers = (data?.layers ?? []).filter(({ url }) => url !== "");
  const queries = layers.map(({ layerId, url, blocksSealed, blocksProven, block }) => ({
    // The coordinator tells when a layer has sealed or settled blocks.
    queryKey: ["messages", fieldToHex(layerId), blocksSealed, blocksProven, block, data?.epoch.settled],
    queryFn: async () => messagesOf(layerId, await readBlocks(node(url), BLOCKS_OF_LAYER)),
    gcTime: 10_000,
  }));
  const messages = useQueries({ queries, combine: (all) => all.flatMap((query) => query.data ?? []) });
  // A message that two layers show is shown once, by its sender.
  const shown = messages.filter(({ message, at }) => message.from === at || message.from === 0n);
  const newest = shown.toSorted((a, b) => b.message.time - a.message.time).slice(0, SHOWN_MESSAGES);
  return (
    <>
      <h1>Messages</h1>
      <p>{data?.layers.reduce((sum, layer) => sum + layer.messagesInFlight, 0) ?? 0} ends of messages are in flight.</p>
      <MessagesTable caption={`The last ${newest.length} of sealed blocks`} messages={newest} />
      <Bundles messages={messages} />
    </>
  );
}

/** The links of a bundle name it. */
function Bundles({ messages }: { readonly messages: readonly ShownMessage[] }): ReactNode {
  const ids = [
    ...new Set(messages.flatMap(({ message }) => (message.kind === MessageKind.bundle ? [message.recipient] : []))),
  ];
  return (
    <>
      <h2>Bundles</h2>
      {ids.length === 0 && <p className="quiet">None in these blocks.</p>}
      <ul>
        {ids.map((id) => (
          <li key={fieldToHex(id)}>
            <BundleLink id={id} />
          </li>
        ))}
      </ul>
    </>
  );
}
