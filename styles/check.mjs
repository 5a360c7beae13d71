// Fails when a stylesheet in static/css is not what the templates and styles compile to.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dir = mkdtempSync(join(tmpdir(), "muster-css-"));
try {
  for (const [source, made] of [["app", "app"], ["office-pages", "office"]]) {
    const fresh = join(dir, `${made}.css`);
    execFileSync("node_modules/.bin/tailwindcss", ["-i", `styles/${source}.css`, "-o", fresh, "--minify"], { stdio: "pipe" });
    if (readFileSync(fresh, "utf8") === readFileSync(`static/css/${made}.css`, "utf8")) continue;
    console.error(`static/css/${made}.css is stale: run \`npm run css\` and commit it.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true });
}
