// Chains of a run, split into parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChainPool } from "../../www/workers/chain-pool.js";

/** A snapshot of chains with the states `values`. */
const snapshot = (values, transitions = 0, acceptanceRate = NaN) => ({
    states: Float64Array.from(values),
    places: Float64Array.from(values, (value) => -value),
    transitions,
    acceptanceRate,
    transitionsPerSecond: 10,
    escaped: 0,
    isStalled: false,
});

const pool = (parts, chains, transitions = 5) => new ChainPool(parts, chains, transitions, 16);

test("20 chains of two samplers are cut after the first group", () => {
    const chains = pool(2, 20);
    assert.deepEqual(
        [chains.range(0), chains.range(1)],
        [
            [0, 16],
            [16, 20],
        ],
    );
    assert.deepEqual(
        [chains.locate(15), chains.locate(16), chains.locate(19)],
        [
            [0, 15],
            [1, 0],
            [1, 3],
        ],
    );
});

test("a part without chains is never waited for", () => {
    const chains = pool(3, 10);
    assert.deepEqual(
        [0, 1, 2].map((i) => chains.hasChains(i)),
        [true, false, false],
    );
    const weights = {};
    chains.setStart(0, weights, snapshot([1, 2], 5));
    assert.ok(chains.areAllDone(weights));
    assert.deepEqual(chains.states, Float64Array.of(1, 2));
});

test("states are there when every part has some, in the order of the chains", () => {
    const chains = pool(2, 32);
    chains.setSnapshot(1, snapshot([3, 4]));
    assert.equal(chains.states, undefined);
    chains.setSnapshot(0, snapshot([1, 2]));
    assert.deepEqual(chains.states, Float64Array.of(1, 2, 3, 4));
    assert.deepEqual(chains.places, Float64Array.of(-1, -2, -3, -4));
});

test("each snapshot makes a new list, so that drawing sees the change", () => {
    const chains = pool(1, 10);
    const before = chains.chainSnapshots;
    chains.setSnapshot(0, snapshot([1]));
    assert.notEqual(chains.chainSnapshots, before);
    assert.deepEqual(before, [undefined]);
});

test("a part is done after its last transition on these weights alone", () => {
    const chains = pool(1, 10);
    const weights = {};
    const others = {};
    chains.setStart(0, weights, snapshot([1], 0));
    assert.ok(chains.isStarted(0, weights) && !chains.isDone(0, weights));
    chains.setSnapshot(0, snapshot([1], 5));
    assert.ok(chains.isDone(0, weights) && !chains.isDone(0, others));
    chains.clearStart(0);
    assert.ok(!chains.isDone(0, weights));
});

test("a part that was lost holds the whole run up", () => {
    const chains = pool(2, 32);
    const weights = {};
    chains.setStart(0, weights, snapshot([1], 5));
    chains.setStart(1, weights, snapshot([2], 5));
    assert.ok(chains.areAllDone(weights));
    chains.clearStart(1);
    assert.ok(!chains.areAllDone(weights));
});

test("draws are joined when each part has its own, and a new start drops them", () => {
    const chains = pool(2, 32);
    chains.setDraws(1, { draws: Float64Array.of(3), chains: 1, spacing: 2 });
    assert.equal(chains.draws, undefined);
    chains.setDraws(0, { draws: Float64Array.of(1, 2), chains: 2, spacing: 2 });
    assert.deepEqual(chains.draws, { draws: Float64Array.of(1, 2, 3), chains: 3, spacing: 2 });
    chains.setStart(0, {}, snapshot([1]));
    assert.equal(chains.draws, undefined);
});

test("the acceptance rate weighs parts by their chains; speeds add up", () => {
    const chains = pool(2, 20);
    assert.ok(Number.isNaN(chains.acceptanceRate));
    chains.setSnapshot(0, snapshot([1], 1, 0.5));
    assert.ok(Number.isNaN(chains.acceptanceRate));
    chains.setSnapshot(1, snapshot([2], 1, 1));
    assert.equal(chains.acceptanceRate, (16 * 0.5 + 4 * 1) / 20);
    assert.equal(chains.transitionsPerSecond, 20);
});
