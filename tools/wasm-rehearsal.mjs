// The calls that a page makes for the default experiment, from its opening to its complete run, including calls from
// its controls.

/**
 * Exports that must work in the first part for all arguments: the page's own thread calls them before the rest is
 * loaded, the glue calls them for each export, or they free objects.
 */
export const ANSWERED = [
    "parseLink",
    "changeSetting",
    "newSeed",
    "algorithmVersion",
    "chainsPerGroup",
    "tableDigest",
    "plot_new",
    "plot_curve",
    "plot_draw",
    "__wbg_plot_free",
    "__wbg_session_free",
    "__wbg_observer_free",
    "__wbg_chains_free",
    "__wbindgen_malloc",
    "__wbindgen_realloc",
    "__wbindgen_free",
    "__wbindgen_exn_store",
    "__externref_table_alloc",
    "__externref_table_dealloc",
];

/**
 * Makes all calls with wasm-bindgen's `glue` (a URL) and the bytes of a matching module.
 * Returns the module's exports.
 */
export async function rehearse(glue, bytes) {
    const api = await import(glue.href);
    const exports = api.initSync({ module: new WebAssembly.Module(bytes) });
    const link = ask(api);
    run(api, link);
    plot(api);
    return exports;
}

/**
 * Reads good and bad links, and tries every setting with good and bad values. Returns the default experiment's link.
 */
function ask({ algorithmVersion, changeSetting, newSeed, parseLink, tableDigest }) {
    for (const bad of ["é=é", "#v=é", "x".repeat(8193), "#v=0&train.sigma-list=é&seed=é&data=é&train.rate=é"]) {
        parseLink(bad);
        changeSetting(bad, bad, bad);
    }
    tableDigest(Uint8Array.of(1));
    parseLink(`#v=0&seed=${newSeed()}`);
    const { link, settings } = parseLink(`#v=0&nonsense=1&train.rate=x&fingerprint=${algorithmVersion()}.1.1.00ff`);
    for (const { key, kind, value } of settings) {
        const tries = [value, kind.min, kind.max, "", "x", "-1", "1e300", ...(kind.options ?? []).map(({ id }) => id)];
        for (const text of tries) {
            changeSetting(link, key, String(text));
        }
    }
    return link;
}

/** Trains, evaluates, samples and computes the fingerprint, as the workers do. */
function run({ Observer, Session, chainsPerGroup, gridPoints }, link) {
    const session = new Session(link);
    const observer = new Observer(link);
    const places = gridPoints(-1.5, 1.5, -1.5, 1.5, 8, 8);
    for (let burst = 1; burst <= 64; burst *= 2) {
        session.step(burst);
        observer.setWeights(session.progress().step, session.parameters());
        for (const field of ["learnedField", "exactField"]) {
            observer[field](places);
        }
        while (!observer.prepareFisherError(1024)) {
            // Each call prepares another part.
        }
        for (const error of [observer.fisherError(), 0.5, 2]) {
            observer.scoreQuality(error);
        }
    }
    const facts = [observer.toView(observer.points()), observer.step, observer.sigma, observer.dim];
    const walkers = observer.chains(0, chainsPerGroup() + 4);
    for (let i = 0; i < 20; i++) {
        walkers.step(1);
        walkers.retarget(observer);
        facts.push(walkers.states(), walkers.toView(), walkers.acceptanceRate, walkers.health());
    }
    session.fingerprint(walkers.states(), walkers.transitions);
    const checkpoint = session.checkpoint();
    const restored = Session.resume(link, undefined, checkpoint);
    restored.link();
    for (const damaged of [checkpoint.slice(1), checkpoint.with(4, 0), checkpoint.with(99, 0)]) {
        try {
            Session.resume(link, undefined, damaged);
        } catch {
            // The error is expected.
        }
    }
    // In a different order, too.
    const other = new Observer(link);
    other.fisherError();
    for (const object of [restored, session, other, observer, walkers]) {
        object.free();
    }
}

/** Draws plots with zero, one and several points. */
function plot({ Plot }) {
    Object.assign(globalThis, { CanvasRenderingContext2D: Context });
    for (const values of [[], [1], [0.3, 0.2, 0.1, 1e-4]]) {
        const curves = new Plot();
        curves.curve(
            0xff0000,
            Float64Array.from(values, (_, i) => 100 * i),
            Float64Array.from(values),
        );
        curves.draw({ width: 300, height: 100, clientWidth: 300, clientHeight: 100, getContext: context }, 2, 0, 0);
        curves.free();
    }
}

/** The class that the glue expects of a canvas context. */
class Context {}

/** A canvas context that accepts every call. */
function context() {
    const measureText = () => ({ width: 10 });
    return new Proxy(new Context(), {
        get: (_, key) => (key === "measureText" ? measureText : () => {}),
        set: () => true,
    });
}
