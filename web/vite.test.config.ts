// Bundles the tests for `node --test`, with the same compiler as the page.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    ssr: "test/charts.test.ts",
    outDir: "test-dist",
    target: "node20",
    rollupOptions: { output: { entryFileNames: "[name].mjs" } },
  },
  ssr: { noExternal: ["echarts", "zrender", "tslib"] },
});
