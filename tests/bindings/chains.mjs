// Chains in the JavaScript API: target, start, proposals, the next transition, and the spread of samples.
import assert from "node:assert/strict";
import { claim, near, refuses } from "./assertions.mjs";

const SMALL = "#v=0&data=gaussian&data.count=200&model.units=16&sample.chains=5";

export function prove({ Observer, Session }) {
    claim("chains follow the exact score where the link says so, whatever the weights", () => {
        const session = new Session(`${SMALL}&sample.target=exact`);
        const observer = session.observer();
        const walkers = observer.chains(0, 5);
        const others = observer.chains(0, 5);
        const learned = new Observer(SMALL).chains(0, 5);
        session.step(30);
        others.retarget(session.observer());
        for (const chains of [walkers, others, learned]) {
            chains.step(20);
        }
        assert.deepEqual(walkers.states(), others.states());
        assert.notDeepEqual(walkers.states(), learned.states());
    });

    claim("a target that does not exist is refused by name", () => {
        refuses(
            "sample.target",
            ["another", '"optimum"'],
            () => new Observer(`${SMALL}&train.objective=implicit&sample.target=optimum`),
        );
        const observer = new Observer(
            "#v=0&data=checkerboard&model.units=8&train.objective=contractive&sample.target=optimum",
        );
        refuses("sample.target", ["another", '"optimum"'], () => observer.chains(0, 2));
    });

    claim("chains start at the point of the link, and return their proposals", () => {
        const observer = new Observer(
            `${SMALL}&sample.start=point&sample.start-x1=0.25&sample.start-x2=-1&sample.target=exact`,
        );
        const walkers = observer.chains(0, 5);
        assert.deepEqual([...walkers.toView()].slice(0, 4), [0.25, -1, 0.25, -1]);
        assert.deepEqual([...walkers.proposalsInView()], [...walkers.toView()]);
        const before = walkers.toView();
        walkers.step(1);
        const after = walkers.toView();
        const proposals = walkers.proposalsInView();
        const accepted = walkers.accepted();
        assert.equal(accepted.length, 5);
        accepted.forEach((went, i) => {
            assert.deepEqual(
                [...after.subarray(2 * i, 2 * i + 2)],
                [...(went ? proposals : before).subarray(2 * i, 2 * i + 2)],
            );
        });
    });

    claim("peekTransition predicts a chain's transition, with sums along the line beside the exact energy", () => {
        const observer = new Observer(`${SMALL}&sample.target=exact&sample.path-intervals=4`);
        const walkers = observer.chains(0, 5);
        for (let i = 0; i < 10; i++) {
            const {
                from,
                proposal,
                ends,
                places,
                nodes,
                edges,
                sums,
                exact,
                energyDifference,
                logAcceptance,
                logUniform,
                accepted,
            } = observer.peekTransition(walkers, 3);
            near(nodes, [0, 0.25, 0.5, 0.75, 1], 1e-12);
            near(edges, [0.125, 0.375, 0.625, 0.875, 1], 1e-12);
            // The trapezoid rule is exact for a linear score.
            near([sums[4], exact[4]], [energyDifference, energyDifference], 1e-9 * (1 + Math.abs(energyDifference)));
            assert.equal(logAcceptance, -energyDifference);
            assert.equal(accepted, logUniform <= logAcceptance);
            near(ends, [...from, ...proposal], 1e-12);
            near(places.subarray(0, 2), from, 1e-12);
            walkers.step(1);
            near(walkers.states().subarray(6, 8), accepted ? proposal : from, 0);
        }
        refuses("chain", ["below 5", '"5"'], () => observer.peekTransition(walkers, 5));
    });

    claim("energy differences have a rule with samplers that integrate along no line, too", () => {
        const observer = new Observer(`${SMALL}&sample.kernel=nuts`);
        assert.ok(Number.isFinite(observer.energyDifference(Float64Array.of(0, 0), Float64Array.of(0.1, 0.2))));
    });

    claim("marginals have the mass of the samples and of the density", () => {
        const observer = new Observer(SMALL);
        const marginals = observer.marginals(observer.points());
        assert.deepEqual(
            marginals.map(({ label }) => label),
            ["x1", "x2"],
        );
        for (const { width, samples, exact, outside, isDrawn } of marginals) {
            const mass = (values) => values.reduce((sum, value) => sum + value * width, 0);
            near([mass(samples) + outside, mass(exact)], [1, 1], 5e-3);
            assert.equal(isDrawn, false);
        }
        refuses("points", ["a multiple of 2"], () => observer.marginals(new Float64Array(3)));
    });
}
