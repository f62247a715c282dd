import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { missingFiles } from "./missingFiles.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

it("names files of the repository that are gone", () => {
  expect(missingFiles(root, "docs/a.md", "see `packages/cli/gone.ts` and [it](gone.md)")).toEqual([
    "docs/a.md: names packages/cli/gone.ts, which does not exist",
    "docs/a.md: names docs/gone.md, which does not exist",
  ]);
});

it("says nothing of those that exist, of addresses, of headings and of patterns", () => {
  const text = "`packages/cli`, [p](protocol.md#a), [x](https://example.org), [y](#here), `apps/*/circuits.lock.json`";
  expect(missingFiles(root, "docs/a.md", text)).toEqual([]);
});
