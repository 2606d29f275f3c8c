// Copies what the pages need from node_modules to src/gateway/static/vendor, with the licences. Run: npm ci && npm run assets
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "src", "gateway", "static", "vendor");

const files = {
  "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css": "thema.css",
  "@utrecht/component-library-css/dist/index.css": "componenten.css",
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2": "noto-sans-latin-400.woff2",
  "@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff2": "noto-sans-latin-700.woff2",
  "@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2": "noto-sans-latin-ext-400.woff2",
  "@fontsource/noto-sans/files/noto-sans-latin-ext-700-normal.woff2": "noto-sans-latin-ext-700.woff2",
};
const licences = {
  "@nl-design-system-unstable/voorbeeld-design-tokens": "LICENSE.md",
  "@utrecht/component-library-css": "LICENSE.md",
  "htmx.org": "LICENSE",
  "@fontsource/noto-sans": "LICENSE",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [from, to] of Object.entries(files)) {
  cpSync(join(modules, from), join(target, to));
}
const texts = Object.entries(licences).map(([name, file]) => {
  const { version, license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  const text = readFileSync(join(modules, name, file), "utf8").trim();
  return `${name} ${version} (${license})\n${"=".repeat(78)}\n\n${text}\n`;
});
writeFileSync(join(target, "LICENTIES.txt"), texts.join("\n\n"));
console.log(`${Object.keys(files).length} files and their licences in ${target.slice(here.length + 1)}`);
