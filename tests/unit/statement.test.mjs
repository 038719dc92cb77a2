// Sentences about a run: one for each phase, and when chains count as stuck or escaped.
import assert from "node:assert/strict";
import test from "node:test";
import { chainWarning } from "../../www/panels/chain-warnings.js";
import { statement } from "../../www/panels/statement.js";

const ARROWS = new Set(["learned", "exact"]);
const RUN = {
    phase: "training",
    progress: { step: 5 },
    lastRender: { error: 0.1, isExactReady: true },
    runSize: { steps: 10, chains: 300, transitions: 20 },
    isAnimating: true,
    speedLimit: 100,
};
const says = (changes, layers = ARROWS, usesLearnedScore = true) =>
    statement({ ...RUN, ...changes }, layers, usesLearnedScore);

test("arrows are compared only while both scores are known and shown", () => {
    assert.match(says({}), /blue arrows/);
    assert.doesNotMatch(says({}, new Set(["learned"])), /arrows/);
    assert.doesNotMatch(says({ lastRender: { error: undefined, isExactReady: true } }), /arrows/);
    assert.match(says({ lastRender: undefined }), /blue arrows/);
    const untrained = { phase: "paused", progress: { step: 0 } };
    assert.match(says(untrained), /^Not trained yet\..*blue arrows/);
    assert.doesNotMatch(says(untrained, new Set()), /arrows/);
});

test("a pause says whether the chains still move", () => {
    assert.match(says({ phase: "paused" }), /still move/);
    assert.match(says({ phase: "paused", isAnimating: false }), /rest/);
});

test("sampling names the number of chains", () => {
    assert.match(says({ phase: "sampling" }), /300 Markov chains/);
});

test("a complete run is judged by the error of the score that its chains followed, then by its diagnostics", () => {
    const complete = (quality, level, usesLearnedScore) =>
        says({ phase: "complete", lastRender: { quality }, diagnostics: level && { level } }, ARROWS, usesLearnedScore);
    assert.match(complete("worse-than-none", "green"), /worse than none/);
    assert.match(complete("far-off", "green"), /still inaccurate/);
    assert.match(complete("good", "amber"), /numbers below/);
    assert.match(complete("good", "green"), /the learned score alone, and where it is right/);
    assert.match(complete("good", undefined), /the learned score alone, and where it is right/);
    assert.match(complete("worse-than-none", "red", false), /the score they were given alone. The numbers below/);
    assert.match(says({ phase: "complete", speedLimit: Infinity }), /slower speed/);
    assert.doesNotMatch(says({ phase: "complete" }), /slower speed/);
});

test("chains are stuck if the chains of all samplers stand still, and are reported once some have escaped", () => {
    const snapshot = (chains, escaped, isStalled = false) =>
        /** @type {import("../../www/workers/protocol.js").ChainSnapshot} */ ({
            places: new Float64Array(2 * chains),
            escaped,
            isStalled,
        });
    const warning = (snapshots, stepSize = undefined) => chainWarning(snapshots, stepSize);
    assert.equal(warning([snapshot(20, 0)]), undefined);
    assert.match(warning([snapshot(10, 0, true), snapshot(10, 0, true)], "Step size"), /stand still.*“Step size”/);
    assert.match(warning([snapshot(1, 0, true)]), /is rejected\.$/);
    assert.equal(warning([snapshot(10, 0, false), snapshot(10, 0, true)]), undefined);
    assert.match(warning([snapshot(10, 10)]), /^All chains are far outside/);
    assert.match(warning([snapshot(10, 6)]), /^Most/);
    assert.match(warning([snapshot(10, 5)]), /^Some/);
});
