import { addressOf } from "@frond/protocol";
import type { LogPosition, Store } from "@frond/store";
import type { EpochQuota } from "../intake/epochQuota.ts";
import type { Inbox } from "../messages/inbox.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";

/**
 * Does again what the log says, and promises it again. `onPosition` is called after each record. @throws ReplayError
 */
export function replayLog(dependencies: {
  readonly store: Pick<Store, "log">;
  readonly orderer: Pick<Orderer, "replay">;
  readonly promises: Pick<Promises, "add">;
  readonly quota: Pick<EpochQuota, "count">;
  readonly inbox: Pick<Inbox, "noteHandled">;
  onPosition(position: LogPosition): void;
}): void {
  const { store, orderer, promises, quota, inbox, onPosition } = dependencies;
  for (const { position, record } of store.log()) {
    const place = orderer.replay(record);
    if (record.kind === "transaction") {
      promises.add(record.hash, place!);
      quota.count(addressOf(record.transaction.publicKey), place!.epoch);
    }
    if (record.kind === "message") inbox.noteHandled(record.incoming);
    onPosition(position);
  }
}
