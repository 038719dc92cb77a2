// Queries about the learned score, each checked against another computation from scores at points.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { claim, near, refuses } from "./assertions.mjs";

const IRIS = readFileSync(new URL("../../www/data/iris.csv", import.meta.url));
const floats = (...numbers) => Float64Array.from(numbers.flat());
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const norm = (a) => Math.sqrt(dot(a, a));
const pairs = (numbers) =>
    Array.from({ length: numbers.length / 2 }, (_, i) => [...numbers.subarray(2 * i, 2 * i + 2)]);

/** Calls `advance` with slices of `size` until the query is complete; returns the number of slices. */
function finish(query, size) {
    let slices = 1;
    while (!query.advance(size)) {
        slices += 1;
    }
    return slices;
}

export function prove({ Observer, Session, gridPoints }, link) {
    const session = new Session(link);
    session.step(400);
    const observer = session.observer();
    const tied = trained(Session, `${link}&model.decoder=scaled`);
    const sigma = observer.sigma;
    const points = gridPoints(-0.6, 0.5, -0.4, 0.6, 5, 4);

    claim("jacobians are the finite differences of the scores", () => {
        const h = 0.04 * sigma;
        const shifted = pairs(points).flatMap(([x, y]) => [x + h, y, x - h, y, x, y + h, x, y - h]);
        const s = observer.learnedScores(floats(shifted));
        const differences = Array.from({ length: 20 }, (_, i) => {
            const slope = (axis, k) => (s[8 * i + 4 * axis + k] - s[8 * i + 4 * axis + 2 + k]) / (2 * h);
            return [slope(0, 0), slope(1, 0), slope(0, 1), slope(1, 1)];
        });
        // Single precision leaves an error of 1e-7 in each reconstruction.
        near(observer.scoreJacobians(points), differences.flat(), 0.01 / sigma ** 2);
    });

    claim(
        "curvature gives orthonormal eigenvectors of the symmetric part, the greatest eigenvalue first, and counts tangents",
        () => {
            const { eigenvalues, eigenvectors, tangents } = observer.curvature(points);
            const jacobians = observer.scoreJacobians(points);
            for (let i = 0; i < 20; i += 1) {
                const [a, b, c, d] = jacobians.subarray(4 * i, 4 * i + 4);
                const [first, second] = eigenvalues.subarray(2 * i, 2 * i + 2);
                assert(first >= second);
                const [u, v] = pairs(eigenvectors.subarray(4 * i, 4 * i + 4));
                near([dot(u, u), dot(v, v), dot(u, v)], [1, 1, 0], 1e-12);
                for (const [w, value] of [
                    [u, first],
                    [v, second],
                ]) {
                    near(
                        [a * w[0] + ((b + c) / 2) * w[1], ((b + c) / 2) * w[0] + d * w[1]],
                        w.map((x) => value * x),
                        1e-9 / sigma ** 2,
                    );
                }
                assert.equal(tangents[i], [first, second].filter((value) => 1 + sigma ** 2 * value > 0.5).length);
            }
        },
    );

    claim("exactCurvature equals the constant curvature of a Gaussian blurred by σ", () => {
        const gaussian = new Observer(
            "#v=0&data=gaussian&data.length=0.4&data.width=0.2&data.angle=30&train.sigma=0.3",
        );
        const { eigenvalues, eigenvectors } = gaussian.exactCurvature(floats(0.1, 0.2, -0.3, 0.5));
        const wide = [-1 / (0.04 + 0.09), -1 / (0.16 + 0.09)];
        near(eigenvalues, [wide[1], wide[0], wide[1], wide[0]], 1e-9);
        near(eigenvectors.subarray(0, 2), [Math.cos(Math.PI / 6), 0.5], 1e-9);
    });

    claim(
        "reconstructed is x + σ² times the learned score, and corrupted adds σ times the same normal noise each time",
        () => {
            const scores = observer.learnedScores(points);
            near(
                observer.reconstructed(points),
                points.map((x, i) => x + sigma ** 2 * scores[i]),
                1e-9,
            );
            const corrupted = observer.corrupted(points);
            const many = observer.corrupted(new Float64Array(20_000)).map((x) => x / sigma);
            assert.deepEqual([...observer.corrupted(points)], [...corrupted]);
            near(
                many.subarray(0, points.length),
                points.map((x, i) => (corrupted[i] - x) / sigma),
                1e-9,
            );
            // Four standard errors of mean and variance.
            near([many.reduce((a, b) => a + b) / 20_000, dot(many, many) / 20_000], [0, 1], 4 * Math.sqrt(2 / 20_000));
            for (const method of ["corrupted", "reconstructed", "exactCurvature"]) {
                refuses("points", ["multiple of 2"], () => observer[method](floats(1, 2, 3)));
            }
        },
    );

    claim(
        "hessianField gives the symmetric part in the plane of the stage, and fromView the points that are shown there",
        () => {
            const jacobians = observer.scoreJacobians(points);
            const expected = Array.from({ length: 20 }, (_, i) => [...jacobians.subarray(4 * i, 4 * i + 4)]).flatMap(
                ([a, b, c, d]) => [a, (b + c) / 2, d],
            );
            assert.deepEqual([...observer.hessianField(points)], expected);
            assert.deepEqual([...observer.fromView(points)], [...points]);
            const space = new Observer("#v=0&data=iris", IRIS);
            const h = 0.04 * space.sigma;
            const places = floats(0.5, -0.4, -1.1, 0.3);
            const scores = pairs(places).map(([x, y]) =>
                [
                    [x + h, y],
                    [x - h, y],
                    [x, y + h],
                    [x, y - h],
                ].map((place) => [...space.learnedField(floats(place))]),
            );
            const slopes = scores.flatMap(([right, left, above, below]) => [
                right[0] - left[0],
                (right[1] - left[1] + above[0] - below[0]) / 2,
                above[1] - below[1],
            ]);
            near(
                space.hessianField(places),
                slopes.map((slope) => slope / (2 * h)),
                0.01 / space.sigma ** 2,
            );
            near(space.toView(space.fromView(places)), places, 1e-12);
            refuses("places", ["4194304"], () => observer.fromView(new Float64Array(2 ** 22 + 2)));
        },
    );

    claim("cleanLogDensityField is the density without blur", () => {
        const gaussian = new Observer("#v=0&data=gaussian");
        const blurred = new Observer("#v=0&data=gaussian&train.sigma=0.001");
        near(gaussian.cleanLogDensityField(points), blurred.logDensityField(points), 0.02);
        assert.notDeepEqual([...gaussian.cleanLogDensityField(points)], [...gaussian.logDensityField(points)]);
        assert.equal(new Observer("#v=0&data=iris", IRIS).cleanLogDensityField(points), undefined);
    });

    claim("energyDifference sums scores along the line by the rule and the intervals of the link", () => {
        const from = floats(0.3, 0.2);
        const to = floats(0.24, 0.31);
        const along = (score) => score[0] * (to[0] - from[0]) + score[1] * (to[1] - from[1]);
        const at = (t) =>
            along(observer.learnedScores(floats(from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]))));
        const inner = Array.from({ length: 19 }, (_, i) => at((i + 1) / 20)).reduce((a, b) => a + b);
        near([observer.energyDifference(from, to)], [-(at(0) / 2 + inner + at(1) / 2) / 20], 1e-4);
        near([observer.energyDifference(to, from)], [-observer.energyDifference(from, to)], 1e-4);
        const endpoint = trained(Session, `${link}&sample.path-rule=endpoint`);
        near([endpoint.energyDifference(from, to)], [-along(endpoint.learnedScores(from))], 1e-4);
    });

    claim(
        "exactEnergyDifference is a difference of log-densities, tiedEnergyDifference the integral of a tied network's score",
        () => {
            const from = floats(0.3, 0.2);
            const to = floats(0.24, 0.31);
            const [before, after] = observer.logDensities(floats([...from], [...to]));
            near([observer.exactEnergyDifference(from, to)], [before - after], 1e-9);
            assert.equal(observer.tiedEnergyDifference(from, to), undefined);
            // The trapezoid rule with 20 intervals errs by less than this.
            near([tied.tiedEnergyDifference(from, to)], [tied.energyDifference(from, to)], 0.02);
            assert.equal(
                new Observer("#v=0&data=random-1d&data.count=9").exactEnergyDifference(floats(0), floats(0)),
                0,
            );
            for (const method of ["energyDifference", "exactEnergyDifference", "tiedEnergyDifference"]) {
                refuses("from", ["2 numbers", '"1"'], () => observer[method](floats(1), to));
                refuses("to", ["2 numbers", '"4"'], () => observer[method](from, floats(1, 2, 3, 4)));
            }
        },
    );

    claim("fixedPoints finds zeros of the score, their kind and their distance from the data, in slices too", () => {
        const starts = gridPoints(-0.6, 0.6, -0.6, 0.6, 7, 7);
        const search = observer.fixedPoints(starts);
        const again = observer.fixedPoints(starts);
        assert.deepEqual([search.found(), search.followed], [[], 0]);
        assert.equal(finish(search, 1), 49);
        assert.equal(finish(again, 4_294_967_295), 1);
        const found = search.found();
        assert.deepEqual([again.followed, again.found().length], [49, found.length]);
        // Starts followed together converge together, so places agree within Newton's accuracy.
        const apart = (a, b) => norm([a.x[0] - b.x[0], a.x[1] - b.x[1]]);
        for (const point of again.found()) {
            assert(found.some((other) => apart(point, other) < 0.01 * sigma && point.stability === other.stability));
        }
        assert(found.length > 5 && new Set(found.map(({ stability }) => stability)).size > 1);
        const data = pairs(observer.points());
        for (const { x, stability, radius, distance } of found) {
            assert(norm(observer.learnedScores(x)) * sigma ** 2 < 0.01 * sigma);
            const moduli = eigenmoduli(
                [...observer.scoreJacobians(x)].map((s, i) => sigma ** 2 * s + (i % 3 === 0 ? 1 : 0)),
            );
            near([radius], [Math.max(...moduli)], 1e-6);
            const inside = moduli.filter((modulus) => modulus < 1).length;
            assert.equal(stability, ["repelling", "saddle", "attracting"][inside]);
            const nearest = Math.min(...data.map((point) => norm([point[0] - x[0], point[1] - x[1]])));
            near([distance], [nearest / sigma], 1e-9);
        }
        refuses("starts", ['"0"'], () => observer.fixedPoints(floats()));
        refuses("starts", ['"3"'], () => observer.fixedPoints(floats(1, 2, 3)));
        refuses("starts", ["finite"], () => observer.fixedPoints(floats(1, NaN)));
    });

    claim("streamlines pass through their starts along the score, uphill, and stay in the box", () => {
        const starts = floats(0.3, 0.2, -0.5, 0.5);
        const step = 0.01;
        const { points, times, counts, ends } = observer.streamlines(
            starts,
            step,
            50,
            floats(-0.7, -0.7),
            floats(0.7, 0.7),
        );
        assert.deepEqual([counts.length, ends.length, points.length], [2, 4, 2 * times.length]);
        let first = 0;
        pairs(starts).forEach((start, i) => {
            const line = pairs(points).slice(first, first + counts[i]);
            const time = [...times.subarray(first, first + counts[i])];
            first += counts[i];
            assert.deepEqual(line[time.indexOf(0)], start);
            for (let j = 1; j < line.length; j += 1) {
                const chord = [line[j][0] - line[j - 1][0], line[j][1] - line[j - 1][1]];
                assert(time[j] > time[j - 1] && norm(chord) <= step * (1 + 1e-9));
                const middle = observer.learnedScores(
                    floats((line[j][0] + line[j - 1][0]) / 2, (line[j][1] + line[j - 1][1]) / 2),
                );
                assert(dot(chord, middle) > 0.9 * norm(chord) * norm(middle), `${chord} beside ${middle}`);
            }
            assert(
                line
                    .slice(1, -1)
                    .flat()
                    .every((x) => Math.abs(x) <= 0.7),
            );
        });
        assert.equal(first, times.length);
        for (const end of ends) {
            assert(["still", "outside", "steps"].includes(end), end);
        }
        const corners = [floats(-1, -1), floats(1, 1)];
        refuses("step", ["positive"], () => observer.streamlines(starts, 0, 50, ...corners));
        refuses("steps", ['"0"'], () => observer.streamlines(starts, step, 0, ...corners));
        refuses("low", ["2 numbers"], () => observer.streamlines(starts, step, 50, floats(0), corners[1]));
        refuses("low", ["less"], () => observer.streamlines(starts, step, 50, corners[1], corners[0]));
        refuses("starts", ["at most 6955", '"6956"'], () =>
            observer.streamlines(new Float64Array(2 * 6956), step, 100, ...corners),
        );
        refuses("starts", ["at most 0"], () => observer.streamlines(starts, step, 4_294_967_295, ...corners));
    });

    claim("gridQuery returns cell by cell the values of the queries point by point", () => {
        const edges = floats(-0.6, 0.5, -0.4, 0.6);
        const values = (quantity) => {
            const query = observer.gridQuery(quantity, edges, 5, 4);
            assert.deepEqual([query.advance(3), query.known, finish(query, 3)], [false, 3, 6]);
            assert.deepEqual([query.remainderShare, query.remainder()], [undefined, undefined]);
            return query.values();
        };
        const scores = observer.learnedScores(points);
        const jacobians = observer.scoreJacobians(points);
        // The query groups points differently into four lanes; the bits must be equal.
        near(values("score"), scores, 0);
        near(values("hessian-eigenvalues"), observer.curvature(points).eigenvalues, 0);
        const curls = Array.from({ length: 20 }, (_, i) => jacobians[4 * i + 2] - jacobians[4 * i + 1]);
        near(values("curl"), curls, 1e-9);
        near(
            values("reconstruction-error"),
            pairs(scores).map((s) => sigma ** 4 * dot(s, s)),
            1e-12,
        );
        const size = (i) => norm([...jacobians.subarray(4 * i, 4 * i + 4)]);
        near(
            values("asymmetry"),
            curls.map((curl, i) => (Math.SQRT2 * Math.abs(curl)) / size(i)),
            1e-9,
        );
    });

    claim(
        "a grid of energies equals the tied network's energy, with no remainder; an untied network has a remainder",
        () => {
            const edges = floats(0, 0.5, -0.1, 0.4);
            const cells = 64;
            const query = tied.gridQuery("energy", edges, cells, cells);
            assert.deepEqual([query.remainderShare, query.remainder()], [undefined, undefined]);
            assert(finish(query, 1000) > 10);
            const centres = pairs(gridPoints(...edges, cells, cells));
            const energies = query.values();
            const lowest = energies.indexOf(0);
            assert(lowest >= 0 && Math.min(...energies) === 0);
            const probes = [0, 63, 2080, 4032, 4095];
            const exact = probes.map((cell) =>
                tied.tiedEnergyDifference(floats(centres[lowest]), floats(centres[cell])),
            );
            near(
                probes.map((cell) => energies[cell]),
                exact,
                1e-3 * Math.max(...energies),
            );
            assert(query.remainderShare < 1e-6, `${query.remainderShare}`);
            const untied = observer.gridQuery("energy", edges, cells, cells);
            finish(untied, 4_294_967_295);
            assert(untied.remainderShare > 1e-5 && untied.remainderShare < 0.5, `${untied.remainderShare}`);
            assert(
                norm(query.remainder()) < 0.01 * norm(untied.remainder()) &&
                    untied.remainder().length === 2 * cells * cells,
            );
        },
    );

    claim("grids lie on a line and on the view plane of data in more dimensions", () => {
        const line = trained(Session, "#v=0&data=two-wells&data.count=99&model.units=8&train.batch=20");
        const query = line.gridQuery("score", floats(-1, 1, 0, 1), 4, 1);
        finish(query, 4);
        assert(norm(query.values()) > 1);
        near(query.values(), line.learnedScores(floats(-0.75, -0.25, 0.25, 0.75)), 0);
        refuses("rows", ['"2"'], () => line.gridQuery("score", floats(-1, 1, 0, 1), 4, 2));
        const manifold = trained(
            Session,
            "#v=0&data=gmm-manifold&data.dim=4&data.count=99&model.units=8&train.batch=20",
        );
        const section = manifold.gridQuery("score", floats(-1, 1, -1, 1), 3, 3);
        finish(section, 9);
        const places = gridPoints(-1, 1, -1, 1, 3, 3);
        assert.deepEqual([manifold.dim, section.values().length], [4, 36]);
        // In view coordinates, like the values of learnedField.
        const shown = manifold.toView(section.values()).map((x, i) => x - manifold.toView(new Float64Array(4))[i % 2]);
        assert(norm(shown) > 1);
        near(shown, manifold.learnedField(places), 1e-3);
    });

    claim("arguments of wrong sizes are refused before anything is computed", () => {
        for (const method of ["scoreJacobians", "curvature"]) {
            refuses("points", ["multiple of 2", '"3"'], () => observer[method](new Float64Array(3)));
            refuses("points", ["at most 2097152", '"2097154"'], () => observer[method](new Float64Array(2 ** 21 + 2)));
        }
        const edges = floats(0, 1, 0, 1);
        refuses("quantity", ["energy", '"entropy"'], () => observer.gridQuery("entropy", edges, 2, 2));
        refuses("edges", ["left, right, bottom and top", '"3"'], () =>
            observer.gridQuery("score", floats(0, 1, 0), 2, 2),
        );
        refuses("right", ["exceed left"], () => observer.gridQuery("score", floats(1, 0, 0, 1), 2, 2));
        refuses("columns", ["2097152"], () => observer.gridQuery("energy", edges, 65536, 65536));
    });
}

function trained(Session, link) {
    const session = new Session(link);
    session.step(400);
    return session.observer();
}

/** Moduli of the eigenvalues of a 2 × 2 matrix. @param {number[]} matrix */
function eigenmoduli([a, b, c, d]) {
    const half = (a + d) / 2;
    const determinant = a * d - b * c;
    const square = half * half - determinant;
    if (square < 0) {
        return [Math.sqrt(determinant), Math.sqrt(determinant)];
    }
    return [Math.abs(half + Math.sqrt(square)), Math.abs(half - Math.sqrt(square))];
}
