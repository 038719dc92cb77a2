// A clock, a page and workers without a browser, for unit tests.

/** Lets pending promises settle. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A worker that answers when the test says so. */
export class FakeWorker {
    onmessage = null;
    onerror = null;
    isTerminated = false;
    /** All messages in order. */
    requests = [];
    /** Messages without an answer. */
    pending = [];

    constructor(name) {
        this.name = name;
    }

    postMessage(message) {
        this.requests.push(message);
        this.pending.push(message);
    }

    terminate() {
        this.isTerminated = true;
    }

    /** Sends a message of any kind. */
    send(data) {
        this.onmessage({ data });
    }

    /** Answers the oldest request. */
    answer(answer) {
        this.send({ id: this.pending.shift().id, answer });
    }

    refuse(error) {
        this.send({ id: this.pending.shift().id, error });
    }

    trap(message) {
        this.send({ id: this.pending.shift().id, trap: message });
    }

    die(message) {
        this.onerror({ message, preventDefault() {} });
    }

    /** The types of all requests in order. */
    get types() {
        return this.requests.map(({ type }) => type);
    }
}

export class FakeEnvironment {
    time = 0;
    hidden = false;
    cores = 2;
    /** @type {FakeWorker[]} */
    workers = [];
    #timers = new Set();
    #visibilityListeners = new Set();
    #leaveListeners = new Set();

    now = () => this.time;
    isHidden = () => this.hidden;
    coreCount = () => this.cores;

    repeat = (act, milliseconds) => {
        const timer = { act, milliseconds, next: this.time + milliseconds };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    };

    onVisibilityChange = (act) => {
        this.#visibilityListeners.add(act);
        return () => this.#visibilityListeners.delete(act);
    };

    onLeave = (act) => {
        this.#leaveListeners.add(act);
        return () => this.#leaveListeners.delete(act);
    };

    createWorker = (name) => {
        const worker = new FakeWorker(name);
        this.workers.push(worker);
        return worker;
    };

    get timerCount() {
        return this.#timers.size;
    }

    /** Moves the clock and runs the timers that are due. */
    advance(milliseconds) {
        const end = this.time + milliseconds;
        while (true) {
            const due = [...this.#timers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
            if (!due) {
                break;
            }
            this.time = due.next;
            due.next += due.milliseconds;
            due.act();
        }
        this.time = end;
    }

    setHidden(hidden) {
        this.hidden = hidden;
        for (const listener of this.#visibilityListeners) {
            listener();
        }
    }

    leave() {
        for (const listener of this.#leaveListeners) {
            listener();
        }
    }

    /** Workers of a kind that were not terminated. */
    alive(name = undefined) {
        return this.workers.filter((worker) => !worker.isTerminated && (!name || worker.name === name));
    }
}

const DEFAULTS = {
    data: "spiral",
    "data.digest": "0",
    "data.standardise": "yes",
    "model.units": "128",
    "train.sigma": "0.05",
    "sample.chains": "20",
    steps: "30",
    transitions: "5",
    seed: "1",
};

/** A description of settings in the form #key=value&key=value. */
function parseLink(values, errors, fingerprint) {
    const changed = Object.entries(values).filter(([key, value]) => DEFAULTS[key] !== value);
    const settings = Object.entries(DEFAULTS).map(([key, value]) => ({
        key,
        label: key,
        unit: "",
        help: "",
        matters: true,
        kind: { type: /** @type {const} */ ("text"), default: value, max: 100, allowed: "" },
        default: value,
        value: values[key] ?? value,
    }));
    const table = values.data === "user-data" ? "" : undefined;
    return { link: `#${changed.map((pair) => pair.join("=")).join("&")}`, settings, errors, table, fingerprint };
}

const valuesOf = (link) => Object.fromEntries(new URLSearchParams(link.slice(1)));

/**
 * The functions of the module that read and write links, for a language of nine settings.
 * @type {import("../../www/app/store.js").Parser}
 */
export const parser = {
    parseLink(link) {
        const { fingerprint, ...values } = valuesOf(link);
        const known = Object.entries(values).filter(([key]) => key in DEFAULTS);
        const errors = Object.keys(values)
            .filter((key) => !(key in DEFAULTS))
            .map((key) => ({ setting: key, value: values[key], message: `${key} is no setting` }));
        return parseLink(Object.fromEntries(known), errors, fingerprint);
    },
    changeSetting(link, key, value) {
        const values = valuesOf(link);
        if (value === "bad") {
            return parseLink(values, [{ setting: key, value, message: `${key} must not be bad` }]);
        }
        return parseLink({ ...values, [key]: value }, []);
    },
    tableDigest: (bytes) => `d${bytes.length}`,
};

/** A visitor's file whose digest is that of its length. */
export const fileOf = (name, length, drawn = false) => ({
    name,
    bytes: new Uint8Array(length),
    digest: `d${length}`,
    drawn,
});
