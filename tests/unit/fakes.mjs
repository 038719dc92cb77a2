// Fake clock, page and workers for unit tests without a browser.

/** Lets pending promises settle. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A worker whose answers are controlled by the test. */
export class FakeWorker {
    onmessage = null;
    onerror = null;
    isTerminated = false;
    /** All messages in order. */
    requests = [];
    /** Messages without an answer so far. */
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

    /** Types of all requests in order. */
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

    /** Advances the clock and runs due timers. */
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

    /** Workers of a kind that are not terminated. */
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

/** Settings that change the meaning of the stage's coordinates. */
const VIEW_KEYS = ["data", "data.digest"];
/** Settings whose controls are not in the list of controls. */
const PLACES = { "train.sigma": "slider", "data.digest": "file" };

/** A description of settings in the form #key=value&key=value. Like the module's, it has a file only for user data. */
function describeExperiment(values, errors, fingerprint) {
    const changed = Object.entries(values).filter(([key, value]) => DEFAULTS[key] !== value);
    const all = { ...DEFAULTS, ...values };
    const isOwn = all.data === "user-data";
    const settings = Object.entries(DEFAULTS)
        .filter(([key]) => isOwn || key !== "data.digest")
        .map(([key, value]) => ({
            key,
            label: key,
            default: value,
            value: all[key],
            place: PLACES[key] ?? "form",
            changesView: VIEW_KEYS.includes(key),
        }));
    const [steps, chains, transitions] = ["steps", "sample.chains", "transitions"].map((key) => Number(all[key]));
    return /** @type {import("../../www/app/experiment-store.js").Description} */ ({
        link: `#${changed.map((pair) => pair.join("=")).join("&")}`,
        settings,
        errors,
        fingerprint,
        trainingKey: JSON.stringify({ ...all, "sample.chains": "", transitions: "" }),
        runSize: { steps, chains, transitions },
        followsLearned: true,
        table: isOwn ? "" : undefined,
        digest: isOwn ? all["data.digest"] : undefined,
    });
}

const valuesOf = (link) => Object.fromEntries(new URLSearchParams(link.slice(1)));

/**
 * Fake of the module's functions that read and write links, with nine settings.
 * @type {import("../../www/app/experiment-store.js").Parser}
 */
export const parser = {
    parseLink(link) {
        const { fingerprint, ...values } = valuesOf(link);
        const known = Object.entries(values).filter(([key]) => key in DEFAULTS);
        const errors = Object.keys(values)
            .filter((key) => !(key in DEFAULTS))
            .map((key) => ({ setting: key, value: values[key], message: `${key} is no setting` }));
        return describeExperiment(Object.fromEntries(known), errors, fingerprint);
    },
    changeSetting(link, key, value) {
        const values = valuesOf(link);
        if (value === "bad") {
            return describeExperiment(values, [{ setting: key, value, message: `${key} must not be bad` }]);
        }
        return describeExperiment({ ...values, [key]: value }, []);
    },
    tableDigest: (bytes) => `d${bytes.length}`,
};

/** A user's file; its digest depends on its length only. */
export const fileOf = (name, length, drawn = false) => ({
    name,
    bytes: new Uint8Array(length),
    digest: `d${length}`,
    drawn,
});
