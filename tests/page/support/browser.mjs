// Browser engines driven by WebDriver, the only protocol that all three support.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Builder, Capabilities } from "selenium-webdriver";
import { Options as ChromeOptions } from "selenium-webdriver/chrome.js";
import { Options as FirefoxOptions } from "selenium-webdriver/firefox.js";

/** For each engine, the driver program and the capabilities for headless mode. */
export const ENGINES = {
    chromium: {
        command: "chromedriver",
        capabilities: () =>
            new ChromeOptions().addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ),
    },
    firefox: { command: "geckodriver", capabilities: () => new FirefoxOptions().addArguments("-headless") },
    // WebKitGTK has no headless mode: it needs a display, real or virtual.
    webkit: { command: "WebKitWebDriver", capabilities: () => new Capabilities().setBrowserName("MiniBrowser") },
};

/** A port that was free a moment ago. */
async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await new Promise((closed) => server.close(closed));
    return port;
}

const accepts = (port) =>
    new Promise((answer) => {
        const socket = createConnection(port, "127.0.0.1", () => {
            socket.destroy();
            answer(true);
        });
        socket.on("error", () => answer(false));
    });

/** Milliseconds that a test waits for an expected event. A loaded machine is slow, and the wait ends with the event. */
const PATIENCE = 60_000;

/**
 * Polls `probe` until its result is truthy, and returns the result. `what` names the expected event in the timeout's
 * message.
 */
export async function until(what, probe, lastState) {
    const deadline = Date.now() + PATIENCE;
    while (true) {
        const answer = await probe();
        if (answer) {
            return answer;
        }
        if (Date.now() > deadline) {
            throw new Error(`timed out waiting for ${what}${lastState ? `, with ${JSON.stringify(lastState())}` : ""}`);
        }
        await pause(30);
    }
}

/** Raises the priority of a session's processes where Linux allows it. @param {{ pid?: number }} process */
function putAhead({ pid }) {
    try {
        writeFileSync(`/proc/${pid}/autogroup`, "-15");
    } catch {
        // Without the higher priority, measurements include the load on the machine.
    }
}

/**
 * Starts `engine`, passes its driver and the driver's address to `use`, and ends engine and driver. `ahead`: with
 * higher priority than other programs.
 */
export async function withBrowser(engine, use, { ahead = false } = {}) {
    const { command, capabilities } = ENGINES[engine];
    const port = await freePort();
    const driverProcess = spawn(command, [`--port=${port}`], { stdio: "ignore", detached: ahead });
    if (ahead) {
        putAhead(driverProcess);
    }
    const failed = once(driverProcess, "error").then(([error]) => {
        throw error;
    });
    failed.catch(() => {});
    const address = `http://127.0.0.1:${port}`;
    let browser;
    try {
        await Promise.race([failed, until(command, () => accepts(port))]);
        browser = await new Builder()
            .disableEnvironmentOverrides()
            .usingServer(address)
            .withCapabilities(capabilities())
            .build();
        await browser.manage().setTimeouts({ script: 60_000 });
        await use(browser, address);
    } finally {
        await browser?.quit().catch(() => {});
        driverProcess.kill();
    }
}
