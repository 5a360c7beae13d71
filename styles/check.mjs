// Fails when static/css/app.css is not what the templates and styles compile to.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dir = mkdtempSync(join(tmpdir(), "muster-css-"));
const fresh = join(dir, "app.css");
try {
  execFileSync("node_modules/.bin/tailwindcss", ["-i", "styles/app.css", "-o", fresh, "--minify"], { stdio: "pipe" });
  if (readFileSync(fresh, "utf8") !== readFileSync("static/css/app.css", "utf8")) {
    console.error("static/css/app.css is stale: run `npm run css` and commit it.");
    process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true });
}
