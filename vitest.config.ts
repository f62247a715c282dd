import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "e2e/**/*.test.ts"],
    // Ten minutes by itself: `npm run test:tree`.
    exclude: [...configDefaults.exclude, ...(process.env.FROND_TEST_TREE === undefined ? ["e2e/tree.test.ts"] : [])],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
