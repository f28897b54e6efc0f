// Builds one file, `dist/report.html`, with script and style inside. The Rust side fills its marks.
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/** Licences of what the file contains; it travels alone, so they travel in it. */
function licences(): Plugin {
  const files = ["echarts/NOTICE", "echarts/LICENSE", "zrender/LICENSE", "echarts/node_modules/tslib/LICENSE.txt"];
  return {
    name: "licences",
    apply: "build",
    transformIndexHtml(html) {
      const texts = files.map((file) => {
        const text = readFileSync(new URL(`node_modules/${file}`, import.meta.url), "utf8");
        // A double hyphen would end the comment.
        return `${file}\n\n${text.trim().replaceAll("--", "- -")}`;
      });
      const comment = `<!--\nThis page contains the following works.\n\n${texts.join("\n\n\n")}\n-->`;
      return html.replace("</body>", () => `${comment}\n</body>`);
    },
  };
}

export default defineConfig({
  plugins: [licences(), viteSingleFile({ removeViteModuleLoader: true })],
  server: { open: "/report.html" },
  build: {
    target: "es2022",
    // `dist/README.md` stays; see there.
    emptyOutDir: false,
    rollupOptions: { input: "report.html" },
  },
});
