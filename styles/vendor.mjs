// Copies fonts (with their licences) and htmx from node_modules into static/.
import { copyFileSync, mkdirSync } from "node:fs";

const FONTS = ["figtree", "bricolage-grotesque", "fraunces", "space-grotesk", "outfit"];
mkdirSync("static/fonts", { recursive: true });
for (const font of FONTS) {
  const from = `node_modules/@fontsource-variable/${font}`;
  for (const subset of ["latin", "latin-ext"]) {
    copyFileSync(`${from}/files/${font}-${subset}-wght-normal.woff2`, `static/fonts/${font}-${subset}.woff2`);
  }
  copyFileSync(`${from}/LICENSE`, `static/fonts/${font}-LICENSE.txt`);
}
copyFileSync("node_modules/htmx.org/dist/htmx.min.js", "static/js/htmx.min.js");
