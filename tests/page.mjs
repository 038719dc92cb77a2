// Opens the built site in each engine named on the command line and checks that it trains without complaint.
//
// The site is served from a sub-path and from this process, so that dist/ is tested as any static host would
// deliver it. Engines speak WebDriver: the only protocol that all three understand.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { extname, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Builder, Capabilities } from 'selenium-webdriver';
import { Options as ChromeOptions } from 'selenium-webdriver/chrome.js';
import { Options as FirefoxOptions } from 'selenium-webdriver/firefox.js';

const DIST = resolve(import.meta.dirname, '../dist');
const BASE = '/any/sub-path/';
const READY_MS = 60_000;

const TYPES = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.wasm': 'application/wasm',
};

// WebDriver reads consoles in Chromium only, so the page keeps its own record of what went wrong.
const RECORDER = `<script>
  window.complaints = [];
  addEventListener('error', (e) => complaints.push(e.message || 'cannot load ' + (e.target.src || e.target.href)), true);
  addEventListener('unhandledrejection', (e) => complaints.push('unhandled rejection: ' + (e.reason?.stack || e.reason)));
  for (const level of ['error', 'warn']) {
    const original = console[level];
    console[level] = (...args) => { complaints.push('console.' + level + ': ' + args.join(' ')); original.apply(console, args); };
  }
</script>`;

/** Serves dist/ under BASE; `missing` collects what was asked for and is not there. */
async function serve() {
  const missing = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const path = resolve(DIST, decodeURIComponent(pathname.slice(BASE.length)) || 'index.html');
    const inside = pathname.startsWith(BASE) && path.startsWith(DIST + sep);
    const bytes = inside ? await readFile(path).catch(() => null) : null;
    if (bytes === null) {
      missing.push(pathname);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(path.endsWith('index.html') ? String(bytes).replace('<head>', '<head>' + RECORDER) : bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}${BASE}`, missing, close: () => server.close() };
}

/** A port that nothing listened on a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Polls `probe` until it answers with something true; `what` names the wish when time runs out. */
async function until(what, deadline, probe) {
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`);
    await pause(50);
  }
}

const accepts = (port) => new Promise((answer) => {
  const socket = createConnection(port, '127.0.0.1', () => { socket.destroy(); answer(true); });
  socket.on('error', () => answer(false));
});

/** Each engine's driver program and the capabilities that make it headless. */
const ENGINES = {
  chromium: {
    command: 'chromedriver',
    capabilities: () => new ChromeOptions().addArguments(
      '--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run'),
  },
  firefox: { command: 'geckodriver', capabilities: () => new FirefoxOptions().addArguments('-headless') },
  // WebKitGTK has no headless mode: it needs a display, real or virtual.
  webkit: { command: 'WebKitWebDriver', capabilities: () => new Capabilities().setBrowserName('MiniBrowser') },
};

/** Starts `engine`, hands its driver to `use`, and takes everything down again. */
async function withBrowser(engine, use) {
  const { command, capabilities } = ENGINES[engine];
  const port = await freePort();
  const driverProcess = spawn(command, [`--port=${port}`], { stdio: 'ignore' });
  const failed = once(driverProcess, 'error').then(([error]) => { throw error; });
  failed.catch(() => {});
  let browser;
  try {
    await Promise.race([failed, until(command, Date.now() + 30_000, () => accepts(port))]);
    browser = await new Builder().disableEnvironmentOverrides()
      .usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities()).build();
    await use(browser);
  } finally {
    await browser?.quit().catch(() => {});
    driverProcess.kill();
  }
}

/** The page trains: its step counter passes 200, and nothing complains meanwhile. */
async function trains(browser, site) {
  await browser.get(site.url);
  const state = () => browser.executeScript(`return {
    step: Number(document.querySelector('[data-scorescape]')?.dataset.step ?? NaN), complaints: window.complaints }`);
  const last = await until('the page to pass step 200', Date.now() + READY_MS, async () => {
    const now = await state();
    assert.deepEqual(now.complaints, [], 'the page complained');
    return now.step > 200 && now;
  });
  assert.deepEqual(site.missing, [], 'files were missing');
  return last.step;
}

const engines = process.argv.slice(2);
assert.ok(engines.length > 0 && engines.every((engine) => engine in ENGINES), `usage: page.mjs ${Object.keys(ENGINES).join(' ')}`);
const site = await serve();
try {
  for (const engine of engines) {
    const start = Date.now();
    await withBrowser(engine, async (browser) => {
      const step = await trains(browser, site);
      console.log(`${engine}: trained to step ${step}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
    });
  }
} finally {
  site.close();
}
