// node lighthouse.mjs <times> <address>…: Lighthouse's mobile preset on each, one line of JSON per run.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [times, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
try {
  for (const address of addresses) {
    for (let run = 0; run < Number(times); run++) {
      let lhr;
      for (let attempt = 0; attempt < 3; attempt++) {
        ({ lhr } = await lighthouse(address, { port: chrome.port, logLevel: "error", output: "json" }));
        if (lhr.audits["largest-contentful-paint"].numericValue !== undefined) break; // a busy machine may miss the paint
      }
      const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
      const figure = (name) => lhr.audits[name].numericValue ?? 1e6;
      const failed = Object.values(lhr.categories).flatMap((category) =>
        category.auditRefs
          .filter(({ id, weight }) => weight && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
          .map(({ id }) => `${category.id}: ${id}`),
      );
      const scores = { performance: score("performance"), accessibility: score("accessibility"), practices: score("best-practices"), seo: score("seo") };
      const times = { lcp: figure("largest-contentful-paint"), cls: figure("cumulative-layout-shift"), tbt: figure("total-blocking-time") };
      console.log(JSON.stringify({ address, ...scores, ...times, failed }));
    }
  }
} finally {
  chrome.kill();
}
