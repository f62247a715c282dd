import { readFileSync } from "node:fs";
import { allSizes, costReport } from "@frond/language";
import { BUNDLED_APPLICATIONS, findApplication } from "@frond/network/applications";
import { expect, test } from "vitest";

/** How far the estimate may be from the gates that Barretenberg counted, as a fraction. */
const TOLERANCE = 0.12;

test.each(BUNDLED_APPLICATIONS)("the estimate is near the gates that are pinned of %s", async (name) => {
  const { application, sizes: declared } = await findApplication(name);
  const sizes = allSizes(application.program, declared);
  const lock = JSON.parse(
    readFileSync(new URL(`../../../../apps/${name}/circuits.lock.json`, import.meta.url), "utf8"),
  ) as Record<string, { readonly gates: number }>;
  for (const { size, gates } of costReport(application.program, sizes).sizes) {
    const pinned = lock[`${name}-${size.name}`]!.gates;
    const error = gates / pinned - 1;
    expect(Math.abs(error), `${name}-${size.name}: ${(100 * error).toFixed(1)} %`).toBeLessThan(TOLERANCE);
  }
});
