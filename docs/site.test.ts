import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the site is built: every link leads to a page, and every page is there", () => {
  const { VITEST: _vitest, NODE_ENV: _environment, ...env } = process.env;
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "site"], { cwd: root, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  for (const page of ["index", "first-evening", "cookbook", "reference/sdk", "decisions/index"])
    expect(existsSync(new URL(`.vitepress/dist/${page}.html`, import.meta.url)), page).toBe(true);
}, 600_000);
