// Builds one file, `dist/report.html`, with script and style inside. The Rust side fills its marks.
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  server: { open: "/report.html" },
  build: {
    target: "es2022",
    // `dist/README.md` stays; see there.
    emptyOutDir: false,
    rollupOptions: { input: "report.html" },
  },
});
