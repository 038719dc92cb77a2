// Diagnostics of chains in the JavaScript API: recorded draws, the verdict, and the comparison with exact draws.
import assert from "node:assert/strict";
import { toCsv, toNpy } from "../../www/drawing/file-formats.js";
import { claim, near, refuses } from "./assertions.mjs";

const joined = (...parts) => Float64Array.from(parts.flatMap((part) => [...part]));

export function prove({ Observer, Session }, link) {
    const session = new Session(`${link}&sample.chains=300`);
    session.step(400);
    const observer = session.observer();

    const parts = [
        [0, 100],
        [100, 280],
        [280, 300],
    ].map(([first, last]) => observer.chains(first, last));
    const whole = observer.chains(0, 300);
    for (const walkers of [...parts, whole]) {
        walkers.step(600);
    }

    claim("draws are evenly spaced states of the first 256 chains, for any split of the chains", () => {
        assert.deepEqual(
            parts.map(({ recorded }) => recorded),
            [100, 156, 0],
        );
        assert.deepEqual([whole.recorded, whole.spacing], [256, 2]);
        assert.deepEqual(joined(...parts.map((walkers) => walkers.draws())), whole.draws());
        assert.equal(whole.draws().length, 256 * 300 * 2);
        // The last draw is the current state: 600 is a multiple of the spacing.
        assert.deepEqual(whole.draws().subarray(-2), whole.states().subarray(2 * 255, 2 * 256));
    });

    claim("diagnose uses the draws, the states and the field, and counts stuck and escaped chains", () => {
        const diagnose = (draws, states) => observer.diagnose(draws, 256, states, whole.acceptanceRate);
        const { level, diagnostics, stuck, escaped } = diagnose(whole.draws(), whole.states());
        const ids = ["r-hat", "ess-bulk", "ess-tail", "acceptance", "asymmetry", "circulation", "fisher-error"];
        assert.deepEqual(
            diagnostics.map(({ id }) => id),
            ids,
        );
        assert(["green", "amber", "red"].includes(level) && diagnostics.every(({ label, help }) => label && help));
        assert.equal(diagnostics[3].value, whole.acceptanceRate);
        assert.equal(diagnostics[6].value, observer.fisherError());
        assert.deepEqual([stuck, escaped], [0, 0]);
        const states = whole.states();
        states.set([NaN, 0, 1e9, 0]);
        const still = diagnose(whole.draws().fill(0.5, 0, 600), states);
        assert.deepEqual([still.stuck, still.escaped], [1, 2]);
        assert.equal(diagnose(whole.draws().fill(0.5), states).level, "red");
    });

    claim("diagnose refuses draws that are not whole, and states of another dimension", () => {
        const diagnose = (draws, chains, states) => () =>
            observer.diagnose(new Float64Array(draws), chains, new Float64Array(states), 0.5);
        refuses("draws", ['"7"'], diagnose(7, 2, 2));
        refuses("draws", ['"8"'], diagnose(8, 0, 2));
        refuses("draws", ["4194304"], diagnose(2 ** 22 + 2, 1, 2));
        refuses("points", ['"3"'], diagnose(8, 2, 3));
    });

    claim("compareWithExact returns measures of the states and of exact draws", () => {
        const measures = observer.compareWithExact(whole.states());
        assert.deepEqual(
            measures.map(({ id }) => id),
            ["log-density", "wasserstein", "wasserstein-2", "energy", "mmd", "stein"],
        );
        const far = observer.compareWithExact(whole.states().map((x) => 2 * x));
        measures.forEach(({ exact, value }, i) => {
            assert.equal(exact, far[i].exact);
            assert(Math.abs(far[i].value - exact) > Math.abs(value - exact));
        });
        assert.deepEqual(observer.compareWithExact(new Float64Array(2)), []);
    });

    claim("the autocorrelation is the mean of direct sums over the later half of 32 chains", () => {
        const draws = whole.draws();
        const diagnose = () => observer.diagnose(draws, 256, whole.states(), 0.5).autocorrelation;
        const correlations = Array.from({ length: 32 }, (_, c) => {
            const chain = Float64Array.from({ length: 150 }, (_, t) => draws[2 * (300 * c + 150 + t)]);
            const mean = chain.reduce((a, b) => a + b) / 150;
            const covariance = (lag) =>
                chain.subarray(lag).reduce((sum, x, i) => sum + (x - mean) * (chain[i] - mean), 0);
            return Array.from({ length: 75 }, (_, lag) => covariance(lag) / covariance(0));
        });
        const mean = (lag) => correlations.reduce((sum, chain) => sum + chain[lag], 0) / 32;
        near(
            diagnose(),
            Array.from({ length: 75 }, (_, lag) => mean(lag)),
            1e-12,
        );
        draws.fill(0.5, 300 * 2 * 31, 300 * 2 * 32);
        assert(diagnose().every(Number.isNaN));
    });

    claim(
        "samples that are saved read back as a table of the same numbers, and points of a table go back to its units",
        () => {
            const samples = Float64Array.from({ length: 30 }, (_, i) => ((i % 3) + 1) * Math.sin(i) + 100 * (i % 3));
            for (const bytes of [toCsv(samples, 3), toNpy(samples, 3)]) {
                const table = new Observer("#v=0&data=user-data", bytes);
                const rows = (numbers) =>
                    Array.from({ length: numbers.length / 3 }, (_, i) => [...numbers.subarray(3 * i, 3 * i + 3)]);
                const back = rows(table.toTableUnits(table.points()));
                assert(back.length >= 5, `${back.length} of ten rows are trained on`);
                for (const row of back) {
                    assert(
                        rows(samples).some((sample) => sample.every((x, k) => Math.abs(x - row[k]) < 1e-12 * 300)),
                        String(row),
                    );
                }
            }
            assert.deepEqual(observer.toTableUnits(samples), samples);
        },
    );
}
