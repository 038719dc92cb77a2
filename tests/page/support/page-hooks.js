// Runs in the page before all other scripts. It records complaints and workers, removes features on request, and gives
// tests access to the page's state.
(() => {
    const wish = new URLSearchParams(location.search);

    // WebDriver reads the console in Chromium only, so the page records errors itself.
    const complaints = [];
    addEventListener(
        "error",
        (e) => {
            const { src, href } = /** @type {HTMLScriptElement & HTMLLinkElement} */ (e.target);
            complaints.push(e.message || `cannot load ${src || href}`);
        },
        true,
    );
    addEventListener("unhandledrejection", (e) =>
        complaints.push(`unhandled rejection: ${e.reason?.stack || e.reason}`),
    );
    for (const level of ["error", "warn"]) {
        const original = console[level];
        console[level] = (...args) => {
            complaints.push(`console.${level}: ${args.join(" ")}`);
            original.apply(console, args);
        };
    }

    // Features to remove: ?without=wasm, simd, workers, module-workers, or answers from the database.
    const lacks = (feature) => wish.get("without") === feature;
    if (lacks("wasm")) {
        delete window.WebAssembly;
    }
    if (lacks("simd")) {
        WebAssembly.validate = () => false;
    }
    if (lacks("database")) {
        IDBFactory.prototype.open = () => /** @type {IDBOpenDBRequest} */ (new EventTarget());
    }
    if (wish.has("cores")) {
        Object.defineProperty(navigator, "hardwareConcurrency", { get: () => Number(wish.get("cores")) });
    }
    // ?haste=10 makes repeating timers ten times as fast: a ten-second timeout takes one second.
    const every = window.setInterval;
    if (wish.has("haste")) {
        const hasty = (act, delay, ...rest) => every(act, delay / Number(wish.get("haste")), ...rest);
        Object.assign(window, { setInterval: hasty });
    }

    // The page's clock, which tests can advance.
    let ahead = 0;
    const clock = performance.now.bind(performance);
    performance.now = () => clock() + ahead;
    const skip = (milliseconds) => {
        ahead += milliseconds;
    };
    const frames = async (count) => {
        for (let i = 0; i < count; i++) {
            await new Promise((done) => requestAnimationFrame(done));
        }
    };

    // ?arrows=48 requests 48 arrows across the shorter side; ?speed=200 trains at most 200 steps per second.
    const adjusted = (message) => {
        if (wish.has("arrows") && message.scene) {
            return { ...message, scene: { ...message.scene, arrowsAcross: Number(wish.get("arrows")) } };
        }
        if (wish.has("speed") && message.type === "run") {
            return { ...message, speedLimit: Math.min(Number(wish.get("speed")), message.speedLimit) };
        }
        return message;
    };

    // All workers, with their kind and whether they were terminated.
    const workers = [];
    /** Terminating a worker is a complaint if a request has been unanswered for this many milliseconds. */
    const IMPATIENT = 5000;
    let seen;
    const Native = window.Worker;
    window.Worker = class extends Native {
        constructor(url, options) {
            if (lacks("workers")) {
                throw new DOMException("no workers here", "SecurityError");
            }
            super(url, lacks("module-workers") ? {} : options);
            this.kind = /(\w+)\.js$/.exec(new URL(url, location.href).pathname)[1];
            this.ended = false;
            // A worker's error is a complaint unless the test caused it.
            this.addEventListener("error", ({ message }) => this.mourn(message));
            this.addEventListener("message", ({ data }) => data.trap !== undefined && this.mourn(data.trap));
            // The longest time to an answer in milliseconds; the time when it last reported rest; the number of
            // requests.
            this.slowest = 0;
            this.rested = 0;
            this.asked = 0;
            /** Times of unanswered requests, by request. */
            this.waiting = new Map();
            this.deaf = false;
            workers.push(this);
        }
        mourn(how) {
            if (!this.ended && !this.deaf && !lacks("module-workers")) {
                complaints.push(`a ${this.kind} died: ${how}`);
            }
        }
        terminate() {
            const silence = clock() - Math.min(...this.waiting.values());
            if (silence > IMPATIENT / (Number(wish.get("haste")) || 1)) {
                this.mourn("silent");
            }
            this.ended = true;
            super.terminate();
        }
        postMessage(message, transfer) {
            if (message.scene) {
                seen = message.scene;
            }
            this.deaf ||= message.type !== "open" && this.kind === window.probe.deaf;
            if (this.deaf) {
                return;
            }
            const asked = clock();
            this.waiting.set(message.id, asked);
            this.asked++;
            const answered = ({ data }) => {
                if (data.id !== message.id) {
                    return;
                }
                this.waiting.delete(message.id);
                this.slowest = Math.max(this.slowest, clock() - asked);
                if (message.type === "pause") {
                    this.rested = clock();
                }
                this.removeEventListener("message", answered);
            };
            this.addEventListener("message", answered);
            this.send(adjusted(message), transfer);
        }
        send(message, transfer) {
            super.postMessage(message, transfer);
        }
    };
    const alive = (kind) => workers.filter((worker) => !worker.ended && (!kind || worker.kind === kind));

    const root = () => /** @type {HTMLElement} */ (document.querySelector("#playground"));
    // Tests may query before the playground has rendered; then the result is empty.
    const find = (selector, host = root()) => host?.shadowRoot?.querySelector(selector) ?? null;
    const all = (selector, host = root()) => [...(host?.shadowRoot?.querySelectorAll(selector) ?? [])];

    const state = (host = root()) => ({
        phase: host?.dataset.scorescape,
        step: Number(host?.dataset.step ?? NaN),
        error: Number(host?.dataset.error ?? NaN),
        fingerprint: host?.dataset.fingerprint,
        hash: location.hash,
        complaints,
        notice: find(".notice", host)?.textContent ?? "",
        note: find(".run-note", host)?.textContent ?? "",
        own: find(".user-data:not([hidden])", host)?.textContent ?? "",
        workers: alive().length,
        seen: seen?.view,
    });

    const button = (label, host = root()) => all("button", host).find((it) => it.textContent === label);

    const click = (label, host) => button(label, host).click();

    /** Sets the control of `key` to `value`, with the events of typing. */
    const set = (key, value) => {
        const input = find(`[name="${key}"]`);
        input.value = value;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };

    /** Stage pixels whose colour is close to the style's `--ink`: their number, and a hash of their positions. */
    const ink = (name, host = root()) => {
        const canvas = find(".stage canvas", host);
        if (!canvas?.width) {
            return { count: 0, hash: 0 };
        }
        const value = parseInt(getComputedStyle(host).getPropertyValue(`--${name}`).trim().slice(1), 16);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        let hash = 0;
        for (let i = 0; i < data.length; i += 4) {
            const distance =
                Math.abs(data[i] - (value >> 16)) +
                Math.abs(data[i + 1] - ((value >> 8) & 255)) +
                Math.abs(data[i + 2] - (value & 255));
            if (data[i + 3] < 200 || distance > 24) {
                continue;
            }
            count++;
            hash = (Math.imul(hash, 31) + i) | 0;
        }
        return { count, hash };
    };

    /** Drops a file on the stage. The file stays unread until the returned function is called. */
    const drop = (name, text, host) => {
        const file = new File([text], name);
        let release;
        const held = new Promise((resolve) => {
            release = resolve;
        });
        file.arrayBuffer = async () => {
            await held;
            return new Response(text).arrayBuffer();
        };
        const event = new DragEvent("drop", { bubbles: true, composed: true, cancelable: true });
        Object.defineProperty(event, "dataTransfer", { value: { files: [file], getData: () => "" } });
        find(".stage canvas", host).dispatchEvent(event);
        return async () => {
            release();
            await held;
            return new Promise((done) => setTimeout(done, 20));
        };
    };

    /** Pastes text at a target; returns true if the page handled it. */
    const paste = (text, target) => {
        const event = new Event("paste", { bubbles: true, composed: true, cancelable: true });
        Object.defineProperty(event, "clipboardData", { value: { files: [], getData: () => text } });
        target.dispatchEvent(event);
        return event.defaultPrevented;
    };

    /** A hash of all pixels of the stage. */
    const stage = () => {
        const canvas = find(".stage canvas");
        const pixels = new Uint32Array(
            canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer,
        );
        return pixels.reduce((hash, pixel) => (Math.imul(hash, 31) + pixel) | 0, 0);
    };

    /** Hides the page, as if another tab covered it, or shows it. */
    const hide = (hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    };

    /** Kills a worker of a kind, with an error event or silently; browsers do both. */
    const kill = (kind, silently = false) => {
        const worker = alive(kind).at(-1);
        worker.ended = true;
        // In this order: WebKit delivers no event to a terminated worker.
        if (!silently) {
            worker.dispatchEvent(new ErrorEvent("error", { message: "killed by the test", cancelable: true }));
        }
        Native.prototype.terminate.call(worker);
    };

    /** Calls `act` once, as soon as the playground's data attributes satisfy `ready`. */
    const when = (ready, act) => {
        const observer = new MutationObserver(() => {
            if (!ready(state())) {
                return;
            }
            observer.disconnect();
            act();
        });
        observer.observe(root(), { attributes: true });
    };

    /** Milliseconds from the call of `act` until the playground's data attributes satisfy `ready`. */
    const delay = (act, ready) =>
        new Promise((resolve) => {
            const start = performance.now();
            when(ready, () => resolve(performance.now() - start));
            act();
        });

    /** Milliseconds from the call of `act` until the trainer reports that it rests. */
    const untilRest = async (act) => {
        const start = clock();
        const [trainer] = alive("trainer");
        act();
        while (trainer.rested < start) {
            await new Promise((done) => setTimeout(done));
        }
        return trainer.rested - start;
    };

    // ?watch records, in milliseconds since the navigation, when arrows appear and when training first moves them.
    const watched = {};
    const watch = () => {
        const { count, hash } = ink("learned");
        if (count > 300) {
            watched.arrows ??= performance.now();
            watched.first ??= hash;
            if (state().step > 0 && hash !== watched.first) {
                watched.learns = performance.now();
                return;
            }
        }
        requestAnimationFrame(watch);
    };
    if (wish.get("watch") === "") {
        requestAnimationFrame(watch);
    }
    // ?watch=0.1 records when the displayed relative Fisher error falls to 0.1, without slowing the page down.
    const low = () => {
        if (!root()) {
            requestAnimationFrame(low);
            return;
        }
        new MutationObserver(() => {
            if (state().error <= Number(wish.get("watch"))) {
                watched.low ??= performance.now();
            }
        }).observe(root(), { attributes: true });
    };
    if (wish.get("watch")) {
        low();
    }

    const opening = Number(wish.get("opening"));
    // Kind of the workers that receive no messages except `open`; ?deaf=field sets it from the start.
    window.probe = {
        deaf: wish.get("deaf") ?? "",
        opening,
        complaints,
        workers,
        alive,
        root,
        find,
        all,
        state,
        button,
        click,
        set,
        ink,
        stage,
        hide,
        drop,
        paste,
        kill,
        when,
        delay,
        untilRest,
        skip,
        frames,
        watched,
    };
})();
