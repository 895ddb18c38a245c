// Measure a built site in Chromium: node measure.mjs SITE [options]
//
//   --pages a.html,b.html   these pages only
//   --runs 3                Lighthouse runs for each page, of which the median counts
//   --stand-in              answer the public script servers from node_modules
//   --json FILE             write everything that was found
//   --no-lighthouse         only what one visit shows
//
// Every page is opened in a fresh profile, light and dark, over a server that compresses.
// "First view" is what is loaded until the network is quiet, before anything is scrolled.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import puppeteer from "puppeteer-core";
import lighthouse, { desktopConfig } from "lighthouse";

import { serveSite, standIn } from "./servers.mjs";

const { values: options, positionals: [site] } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: "string" },
    runs: { type: "string", default: "3" },
    "stand-in": { type: "boolean", default: false },
    json: { type: "string" },
    "no-lighthouse": { type: "boolean", default: false },
  },
});

const CHROMIUM = process.env.CHROMIUM
  ?? execFileSync("sh", ["-c", "command -v chromium || command -v google-chrome"]).toString().trim();
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

function pagesOf(folder) {
  const names = fs.readdirSync(folder, { recursive: true }).map((name) => name.split(path.sep).join("/"));
  return names.filter((name) => name.endsWith(".html") && !name.startsWith("_")).sort();
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const launch = (flags) => puppeteer.launch({
  executablePath: CHROMIUM,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", ...flags],
});

// --- one visit ----------------------------------------------------------------------------------

// Runs in the page before anything else.
function watchPaint() {
  window.measured = { cls: 0, lcp: 0 };
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.measured.cls += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    window.measured.lcp = list.getEntries().at(-1).startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
}

async function watchNetwork(page) {
  const requests = new Map();
  const session = await page.createCDPSession();
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (/^(https?|file):/.test(request.url)) requests.set(requestId, { url: request.url, bytes: 0, failed: false });
  });
  const update = (id, values) => { if (requests.has(id)) Object.assign(requests.get(id), values); };
  session.on("Network.loadingFinished", (e) => update(e.requestId, { bytes: e.encodedDataLength }));
  session.on("Network.loadingFailed", (e) => update(e.requestId, { failed: true }));
  session.on("Network.responseReceived", (e) => { if (e.response.status >= 400) update(e.requestId, { failed: true }); });
  return requests;
}

async function scrollThrough(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
      scrollTo({ top: y, behavior: "instant" });
      await new Promise((done) => { setTimeout(done, 40); });
    }
    scrollTo({ top: 0, behavior: "instant" });
  });
  await page.waitForNetworkIdle({ idleTime: 300 });
}

async function visit(browser, base, name, scheme) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.evaluateOnNewDocument(watchPaint);
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(error.message));
  const requests = await watchNetwork(page);
  await page.goto(base + name, { waitUntil: "networkidle0" });
  const first = [...requests.values()];
  const paint = await page.evaluate(() => window.measured);
  await scrollThrough(page);
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await window.axe.run({ rules: { "target-size": { enabled: true } } });
    return found.map(({ id, nodes }) => `${id} ×${nodes.length}`);
  });
  await context.close();
  const all = [...requests.values()];
  return {
    kB: first.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
    requests: first.length,
    thirdParty: all.filter(({ url }) => !url.startsWith(base)).map(({ url }) => url),
    failed: all.filter(({ failed }) => failed).map(({ url }) => url),
    console: errors,
    axe: violations,
    cls: paint.cls,
    lcp: paint.lcp,
  };
}

// --- Lighthouse ---------------------------------------------------------------------------------

async function scores(flags, url, config) {
  const reports = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    const browser = await launch(flags);
    const { port } = new URL(browser.wsEndpoint());
    const { lhr } = await lighthouse(url, { port: Number(port), logLevel: "silent" }, config);
    reports.push(lhr);
    await browser.close();
  }
  const of = (pick) => median(reports.map(pick));
  const audit = (id) => of(({ audits }) => audits[id].numericValue ?? 0);
  return {
    scores: CATEGORIES.map((id) => Math.round(100 * of(({ categories }) => categories[id].score))),
    tbt: audit("total-blocking-time"),
    cls: audit("cumulative-layout-shift"),
    lcp: audit("largest-contentful-paint"),
  };
}

// --- all pages ----------------------------------------------------------------------------------

const show = (cells) => console.log(`| ${cells.join(" | ")} |`);

async function main() {
  const server = await serveSite(site);
  const public_ = options["stand-in"] ? await standIn(path.resolve("node_modules")) : { flags: [], close() {} };
  const base = `http://localhost:${server.port}/`;
  const found = {};
  show(["page", "kB", "requests", "third party", "failed", "console", "axe", "CLS", "mobile P/A/B/S", "TBT ms", "LCP ms", "CLS", "desktop P/A/B/S", "TBT ms"]);
  show(Array(14).fill("---"));
  for (const name of options.pages?.split(",") ?? pagesOf(site)) {
    const browser = await launch(public_.flags);
    const light = await visit(browser, base, name, "light");
    const dark = await visit(browser, base, name, "dark");
    await browser.close();
    const both = (key) => light[key].length + dark[key].length;
    const cells = [
      name, light.kB.toFixed(0), light.requests, light.thirdParty.length, both("failed"), both("console"),
      both("axe"), Math.max(light.cls, dark.cls).toFixed(3),
    ];
    found[name] = { light, dark };
    if (!options["no-lighthouse"]) {
      const mobile = await scores(public_.flags, base + name, undefined);
      const desktop = await scores(public_.flags, base + name, desktopConfig);
      Object.assign(found[name], { mobile, desktop });
      cells.push(
        mobile.scores.join("/"), mobile.tbt.toFixed(0), mobile.lcp.toFixed(0), mobile.cls.toFixed(3),
        desktop.scores.join("/"), desktop.tbt.toFixed(0),
      );
    }
    show(cells);
    for (const [scheme, seen] of Object.entries({ light, dark })) {
      for (const key of ["failed", "console", "axe"]) {
        for (const what of seen[key]) console.log(`<!-- ${scheme}, ${key}: ${what.slice(0, 200)} -->`);
      }
    }
  }
  if (options.json) fs.writeFileSync(options.json, JSON.stringify(found, null, 1));
  server.close();
  public_.close();
}

await main();
process.exit(0); // keep-alive connections would hold it for seconds
