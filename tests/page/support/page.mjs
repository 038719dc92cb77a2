// The page, as tests use it.
import assert from "node:assert/strict";
import { until, withBrowser } from "./browser.mjs";

let openings = 0;

export class Page {
    /** Whether endless runs train at most 200 steps per second unless a query says otherwise. */
    trainsSlowly = true;

    constructor(engine, browser, site, address) {
        this.engine = engine;
        this.browser = browser;
        this.site = site;
        this.address = address;
    }

    /** Calls `use` with a page in another browser with a fresh profile. */
    elsewhere(use) {
        return withBrowser(this.engine, (browser, address) => use(new Page(this.engine, browser, this.site, address)));
    }

    /**
     * Loads the page again; `query` holds options of page-hooks.js. Most tests need only a few steps of
     * an endless run, and other tests need the processor.
     */
    async open(link = "", { query = "", base = this.site.url, file = "" } = {}) {
        // A different query each time: browsers do not reload for a change of the fragment only.
        const opening = ++openings;
        const speed =
            this.trainsSlowly && link.includes("steps=1000000") && !query.includes("speed=") ? "&speed=200" : "";
        await this.browser.get(`${base}${file}?${query}${speed}&opening=${opening}${link}`);
        // Firefox may answer while it still replaces the previous page.
        await until("the page", () => this.run("return probe?.opening === arguments[0]", opening));
    }

    /** Runs `body` in the page: the body of a function with access to `probe`. */
    run(body, ...args) {
        return this.browser.executeScript(`const probe = window.probe; ${body}`, ...args);
    }

    /** The same with the body of an async function. */
    async runAsync(body, ...args) {
        const { value, error } = await this.browser.executeAsyncScript(
            `
      const [args, done] = [[...arguments].slice(0, -1), arguments[arguments.length - 1]];
      (async function () { const probe = window.probe; ${body} }).apply(null, args)
        .then((value) => done({ value }), (error) => done({ error: String(error?.stack ?? error) }));`,
            ...args,
        );
        if (error) {
            throw new Error(error);
        }
        return value;
    }

    /** The playground's state; fails if the page has complained. */
    async state() {
        const now = await this.run("return probe.state()");
        assert.deepEqual(now.complaints, [], "the page complained");
        return now;
    }

    /** Waits for a state. */
    async reach(what, ready) {
        let now;
        return until(
            what,
            async () => {
                now = await this.state();
                return ready(now) && now;
            },
            () => now,
        );
    }

    /** Waits for some frames, so that unwanted effects have time to appear. */
    frames(count) {
        return this.runAsync("await probe.frames(arguments[0])", count);
    }

    ink(name) {
        return this.run("return probe.ink(arguments[0])", name);
    }

    /** Waits until the learned score's arrows are drawn. */
    async arrows() {
        let last;
        return until(
            "learned arrows on the stage",
            async () => {
                last = await this.ink("learned");
                return last.count > 300 && last;
            },
            () => last,
        );
    }

    /** Chooses a file of points in the page. */
    choose(name, text) {
        return this.run(
            `
      const files = new DataTransfer();
      files.items.add(new File([arguments[1]], arguments[0]));
      const input = probe.find('[name=user-file]');
      input.files = files.files;
      input.dispatchEvent(new Event('change'));`,
            name,
            text,
        );
    }

    click(label) {
        return this.run("probe.click(arguments[0])", label);
    }

    press(key) {
        return this.browser.actions().sendKeys(key).perform();
    }

    /** A command of Chromium's DevTools protocol, for features missing in WebDriver. */
    async devtools(cmd, params) {
        const { id_: session } = await this.browser.getSession();
        const response = await fetch(`${this.address}/session/${session}/goog/cdp/execute`, {
            method: "POST",
            body: JSON.stringify({ cmd, params }),
        });
        assert.ok(response.ok, await response.text());
    }
}
