// Servers for measuring: one for a built site, compressing as a public host does, and one that
// stands in for the public script servers that the stock theme asks, so that it can be
// measured without the internet too.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";

const TYPES = {
  ".css": "text/css", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon",
  ".ipynb": "application/json", ".js": "text/javascript", ".json": "application/json",
  ".png": "image/png", ".svg": "image/svg+xml", ".ttf": "font/ttf", ".txt": "text/plain",
  ".woff": "font/woff", ".woff2": "font/woff2", ".xml": "text/xml",
};
const COMPRESSED = /^(text|application\/json|image\/svg)/;

const answer = (folder, locate) => (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  let file = path.join(folder, path.normalize(locate(decodeURIComponent(pathname))));
  if (fs.existsSync(file) && fs.statSync(file).isDirectory()) file = path.join(file, "index.html");
  if (!fs.existsSync(file)) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    return;
  }
  const type = TYPES[path.extname(file)] ?? "application/octet-stream";
  const headers = { "content-type": type, "cache-control": "max-age=600", "access-control-allow-origin": "*" };
  let body = fs.readFileSync(file);
  if (COMPRESSED.test(type)) {
    body = zlib.gzipSync(body, { level: 6 });
    headers["content-encoding"] = "gzip";
  }
  response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
};

const listen = (server) =>
  new Promise((resolve) => { server.listen(0, "127.0.0.1", () => resolve(server.address().port)); });

export async function serveSite(folder) {
  const server = http.createServer(answer(path.resolve(folder), (name) => name));
  return { port: await listen(server), close: () => server.close() };
}

const SCRIPT_SERVERS = ["cdn.jsdelivr.net", "cdnjs.cloudflare.com", "unpkg.com"];

// "/npm/mathjax@3/es5/x.js" is "mathjax/es5/x.js" among the installed packages.
const installed = (name) =>
  name.includes("/require.js/")
    ? "/requirejs/require.js"
    : name.replace(/^\/npm\//, "/").replace(/^\/((?:@[^/]+\/)?[^/@]+)@[^/]+/, "/$1");

// Returns the flags with which a browser takes this server for the public ones.
export async function standIn(modules) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stand-in-"));
  const [key, certificate] = ["key", "certificate"].map((name) => path.join(folder, name));
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-keyout", key, "-out", certificate,
  ], { stdio: "ignore" });
  const identity = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
  fs.rmSync(folder, { recursive: true });
  const server = https.createServer(identity, answer(modules, installed));
  const port = await listen(server);
  const rules = SCRIPT_SERVERS.map((host) => `MAP ${host} 127.0.0.1:${port}`).join(",");
  return {
    flags: [`--host-resolver-rules=${rules}`, "--ignore-certificate-errors"],
    close: () => server.close(),
  };
}
