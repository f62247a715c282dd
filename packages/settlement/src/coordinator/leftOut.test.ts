import { afterEach, expect, it } from "vitest";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

let tree: TestTree;
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

it("a layer of which nothing can settle is tried less and less often by itself, and holds up nobody else", async () => {
  const epochSeconds = 0.1;
  tree = await startTestTree({ policy: { epochSeconds } });
  await tree.online();
  const sessionOfC = () => tree.coordinator.network().layers.find(({ name }) => name === "c")!.session;
  tree.refused.add(String(tree.idOf("c")));
  tree.deposit("c", 100n);
  await tree.until(() => sessionOfC() >= 2, "it was left out twice");
  const before = sessionOfC();
  await new Promise((resolve) => setTimeout(resolve, 30 * epochSeconds * 1_000));
  // It starts again twice for each of the epochs, for which the time would be enough thirty times.
  expect(sessionOfC() - before).toBeLessThan(15);

  tree.deposit("d", 100n);
  await tree.until(() => tree.settled.length > 0, "another layer's deposit has settled");
  expect(tree.settled[0]).toMatchObject({ epoch: 1, layers: 1 });

  tree.refused.clear();
  tree.deposit("d", 1n);
  await tree.until(
    () => tree.settled.some(({ leftOut, layers }) => layers === 2 && leftOut.length === 0),
    "c has settled",
  );
});
