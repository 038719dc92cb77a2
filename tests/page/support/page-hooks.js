// Runs in the page before anything else: records complaints and workers, takes features away on request, and gives the
// tests eyes.
(() => {
    const wish = new URLSearchParams(location.search);

    // WebDriver reads consoles in Chromium only, so the page keeps its own record of what went wrong.
    const complaints = [];
    addEventListener(
        "error",
        (e) => complaints.push(e.message || `cannot load ${e.target.src || e.target.href}`),
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

    // Features to take away: ?without=wasm, simd, workers, module-workers, or answers from the database.
    const lacks = (feature) => wish.get("without") === feature;
    if (lacks("wasm")) {
        delete window.WebAssembly;
    }
    if (lacks("simd")) {
        WebAssembly.validate = () => false;
    }
    if (lacks("database")) {
        IDBFactory.prototype.open = () => new EventTarget();
    }
    if (wish.has("cores")) {
        Object.defineProperty(navigator, "hardwareConcurrency", { get: () => Number(wish.get("cores")) });
    }
    // ?haste=10 makes timers that repeat run ten times as fast: who waits ten seconds for a silent worker waits one.
    const every = window.setInterval;
    if (wish.has("haste")) {
        window.setInterval = (act, delay, ...rest) => every(act, delay / Number(wish.get("haste")), ...rest);
    }

    // The page's clock, which can be put forward.
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

    // Workers, with their kind and whether they were ended. ?arrows=48 asks for as many arrows across the shorter side.
    const workers = [];
    /** Who is ended after so many milliseconds without an answer did not end in peace. */
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
            // A death is a complaint, but where the test wants it.
            this.addEventListener("error", ({ message }) => this.mourn(message));
            this.addEventListener("message", ({ data }) => data.trap !== undefined && this.mourn(data.trap));
            // Milliseconds until an answer, at worst; when it last said that it rests; how many requests it got.
            this.slowest = 0;
            this.rested = 0;
            this.asked = 0;
            /** When it was asked what it has not answered, by request. */
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
            if (wish.has("arrows") && message.scene) {
                const scene = { ...message.scene, arrowsAcross: Number(wish.get("arrows")) };
                this.send({ ...message, scene }, transfer);
            } else {
                this.send(message, transfer);
            }
        }
        send(message, transfer) {
            super.postMessage(message, transfer);
        }
    };
    const alive = (kind) => workers.filter((worker) => !worker.ended && (!kind || worker.kind === kind));

    const root = () => document.querySelector("#playground");
    // Tests may ask before the playground has put anything in: then nothing is found.
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

    /** Types `value` into the control of `key`, as far as the page can tell. */
    const set = (key, value) => {
        const input = find(`[name="${key}"]`);
        input.value = value;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };

    /** The pixels of the stage whose colour is about that of the style's `--ink`: how many, and a hash of where. */
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

    /** Drops a file on the stage that is not read before the function is called which it answers. */
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

    /** Pastes text at a target; whether the page takes it. */
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

    /** Hides the page, as another tab before it would, or shows it. */
    const hide = (hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    };

    /** Takes a worker of a kind away; with an error event, as browsers do, or silently, as they do too. */
    const kill = (kind, silently = false) => {
        const worker = alive(kind).at(-1);
        worker.ended = true;
        // In this order: WebKit delivers no event to a worker that was ended.
        if (!silently) {
            worker.dispatchEvent(new ErrorEvent("error", { message: "killed by the test", cancelable: true }));
        }
        Native.prototype.terminate.call(worker);
    };

    /** Does `act` once, as soon as `ready` holds after a change of the playground's data. */
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

    /** Milliseconds from doing `act` to `ready` holding, by the playground's data. */
    const delay = (act, ready) =>
        new Promise((resolve) => {
            const start = performance.now();
            when(ready, () => resolve(performance.now() - start));
            act();
        });

    /** Milliseconds from doing `act` to the trainer's word that what it trained rests. */
    const untilRest = async (act) => {
        const start = clock();
        const [trainer] = alive("trainer");
        act();
        while (trainer.rested < start) {
            await new Promise((done) => setTimeout(done));
        }
        return trainer.rested - start;
    };

    // ?watch notes when, in milliseconds since the navigation, arrows are there, and when they have moved by training.
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
    // ?watch=0.1 notes when the relative Fisher error was told to be that small, which takes no time from what is
    // watched.
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
    // `deaf` is the kind of worker that hears nothing but what to open; ?deaf=field makes it so from the start.
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
