import { sleep } from "@frond/foundation";
import { expect, test } from "vitest";
import { startTestTree } from "../testing/testTree.ts";

test("layers that say where they are while a settled epoch is being written learn what of them has settled", async () => {
  // A write takes so long that a layer is sure to speak meanwhile.
  const tree = await startTestTree({
    blockMilliseconds: 15,
    writeMilliseconds: 150,
    policy: { layerTimeoutMilliseconds: 10_000 },
  });
  const names = [...tree.layers.keys()];
  try {
    await tree.online();
    for (const name of names) tree.deposit(name, 1_000n);
    const hasArrived = () => names.every((name) => tree.balance(name) === 1_000n);
    await tree.until(hasArrived, "the deposits have arrived");
    let isSettled = false;
    const settling = tree.settle().finally(() => {
      isSettled = true;
    });
    // Blocks all the time, and with each of them its layer says where it is.
    while (!isSettled) {
      for (const name of names) await tree.call(name, "pay", [1n, 1n]).catch(() => {});
      await sleep(5);
    }
    const { epoch } = await settling;
    for (const name of names) {
      const { store } = tree.layer(name);
      const known = () => store.table<number>("metadata").get("settledEpoch") ?? 0;
      await tree.until(() => known() >= epoch, `${name} knows of the epoch`);
      expect(store.block(1), name).toMatchObject({ epoch, status: "settled" });
    }
  } finally {
    await tree.close();
  }
});
