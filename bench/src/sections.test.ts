import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { formatFigures } from "./report.ts";
import { isStalled, runSection } from "./runSection.ts";
import { sections } from "./sections.ts";

/*
 * Sections in their small form: figures of it say nothing, but the section works. Which have none, and why, is said by
 * the sections themselves.
 */

/** Their small forms take ten seconds of a core and more: `npm run bench -- --small` has them. */
const DEAR = ["blob", "proving", "gas", "subscriptions", "takeover"];

const small: string[] = [];
const none: string[] = [];
for (const [name, load] of Object.entries(sections)) {
  if ((await load()).noSmallForm !== undefined) none.push(name);
  else if (!DEAR.includes(name)) small.push(name);
}

describe("a section in its small form", () => {
  it.each(small)("%s has figures", async (name) => {
    const section = await sections[name]!();
    expect(section.name).toBe(name);
    const figures = await runSection(section, { progress: () => {}, form: "small" });
    expect(figures.length).toBeGreaterThan(0);
    for (const { name: figure, value } of figures) {
      expect(value, figure).not.toBeNaN();
      expect(value, figure).toBeGreaterThan(0);
    }
    expect(formatFigures(figures).split("\n").length).toBeGreaterThanOrEqual(figures.length);
  });

  it("is missing for those that are about what takes minutes", () => {
    expect(none).toEqual([
      ...["gates", "data", "throughput", "latency", "tree", "escape", "loading", "explorer", "startup"],
    ]);
  });
});

describe("a section that makes no progress", () => {
  const patience = { idleSeconds: 60, busySeconds: 600, lookSeconds: 5 };

  it.each([
    [59, 0, false],
    [60, 0, true],
    [60, 14, true],
    // It proves, say.
    [60, 16, false],
    [599, 1_000, false],
    [600, 1_000, true],
    // Of a machine that does not say how much processes work.
    [300, Number.POSITIVE_INFINITY, false],
  ])("for %i s, of which its processes worked %i s: given up is %s", (seconds, workedSeconds, isGivenUp) => {
    expect(isStalled({ seconds, workedSeconds }, patience)).toBe(isGivenUp);
  });

  it("fails with what it waits for, and one that goes on does not", async () => {
    const impatient = { idleSeconds: 0.5, busySeconds: 60, lookSeconds: 0.05 };
    const options = { progress: () => {}, form: "small", patience: impatient } as const;
    const waits = {
      name: "waits",
      async run(progress: (text: string) => void) {
        progress("an answer of nobody");
        return await new Promise<never>(() => {});
      },
    };
    const begun = performance.now();
    await expect(runSection(waits, options)).rejects.toMatchObject({
      code: "bench/stalled",
      message: expect.stringMatching(/^The section waits has made no progress .* It waits for: an answer of nobody\./),
    });
    expect(performance.now() - begun).toBeGreaterThan(450);
    const figure = { name: "steps", value: 6, unit: "steps" };
    const goesOn = {
      name: "goesOn",
      async run(progress: (text: string) => void) {
        for (let step = 0; step < figure.value; step++) {
          progress(`step ${step}`);
          await sleep(150);
        }
        return [figure];
      },
    };
    expect(await runSection(goesOn, options)).toEqual([figure]);
  });
});
