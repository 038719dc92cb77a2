// The settings table, the kernels and live diagnostics in the JavaScript API.
import assert from "node:assert/strict";
import { claim, near, refuses } from "./assertions.mjs";

const SMALL = "#v=0&data=gaussian&data.count=200&model.units=16&sample.chains=5";

export function prove({ Observer, Session, changeSetting, parseLink }) {
    claim("a setting says its section, its place, and when it has an effect", () => {
        const settings = Object.fromEntries(parseLink("#v=0").settings.map((setting) => [setting.key, setting]));
        assert.equal(settings["train.sigma"].place, "slider");
        assert.deepEqual([settings["train.l1"].section, settings["train.l1"].isAdvanced], ["Training", true]);
        assert.deepEqual([settings["view.plane"].minDim, settings["view.plane"].changesView], [3, true]);
        assert.equal(settings["train.large-noise"].matters, false);
        const rare = changeSetting("#v=0", "train.corruption", "rare-large").settings;
        assert.equal(rare.find(({ key }) => key === "train.large-noise").matters, true);
    });

    claim("a refused value comes with a hint on its effect", () => {
        const hint = (value) => changeSetting("#v=0", "train.sigma", value).errors[0].hint;
        assert.match(hint("0"), /nothing to remove/);
        assert.match(hint("-1"), /standard deviation/);
        assert.deepEqual([hint("x"), hint("1e9")], ["", ""]);
    });

    claim("a description says the run's lengths, what the chains follow, and the size of their steps", () => {
        const plain = parseLink("#v=0&steps=300&sample.chains=20&transitions=7");
        assert.deepEqual(plain.runSize, { steps: 300, chains: 20, transitions: 7 });
        assert.deepEqual([plain.followsLearned, plain.stepSize, plain.digest], [true, "Step size τ", undefined]);
        const own = parseLink("#v=0&data=user-data&sample.kernel=dae-chain&sample.target=exact");
        assert.deepEqual([own.followsLearned, own.stepSize, typeof own.digest], [false, undefined, "string"]);
    });

    claim("a description's key of training leaves out the settings of the chains alone", () => {
        const key = (settings) => parseLink(`#v=0&${settings}`).trainingKey;
        assert.equal(key("sample.chains=7&transitions=9&sample.kernel=nuts"), key(""));
        assert.equal(new Set(["", "seed=2", "steps=9", "train.sigma=0.1", "view.plane=coordinates"].map(key)).size, 5);
    });

    claim("chains whose proposals are all rejected stand still, and those far away have escaped", () => {
        const health = (settings, transitions) => {
            const chains = new Observer(`${SMALL}&sample.target=exact&${settings}`).chains(0, 5);
            chains.health();
            chains.step(transitions);
            return chains.health();
        };
        assert.deepEqual(health("sample.step-size=0.3", 100), { escaped: 0, isStalled: false });
        assert.deepEqual(health("sample.step-size=100", 79).isStalled, false);
        assert.deepEqual(health("sample.step-size=100", 80).isStalled, true);
        assert.equal(health("sample.start=point&sample.start-x1=1000", 1).escaped, 5);
    });

    claim("scoreQuality has the limits of the verdict for the relative Fisher error", () => {
        const observer = new Observer(SMALL);
        const quality = [0.3, 0.31, 1, 1.01, NaN].map((error) => observer.scoreQuality(error));
        assert.deepEqual(quality, ["good", "far-off", "far-off", "worse-than-none", "good"]);
    });

    claim("a score at a place comes with its reconstruction and with its energy above the middle", () => {
        const observer = new Observer(`${SMALL}&train.sigma=0.3`);
        const place = Float64Array.of(0.4, -0.2);
        const learned = observer.learnedAt(place);
        const exact = observer.exactAt(place);
        assert.deepEqual(learned.vector, observer.learnedScores(place));
        near([...learned.image], [...observer.reconstructed(place)], 1e-6);
        near(
            [...exact.image],
            [0, 1].map((k) => place[k] + 0.09 * exact.vector[k]),
            1e-12,
        );
        near([exact.energy], [observer.exactEnergyDifference(new Float64Array(2), place)], 1e-12);
        near([exact.error], [0.09 ** 2 * exact.length ** 2], 1e-12);
        near([learned.energy], [observer.energyDifference(new Float64Array(2), place)], 1e-2);
    });

    claim("the angle to the learned score is in degrees, and unknown for a zero vector", () => {
        const session = new Session(SMALL);
        session.step(20);
        const observer = session.observer();
        const place = Float64Array.of(0.4, -0.2);
        const [u, v] = observer.learnedAt(place).vector;
        const angle = (...vector) => observer.angleToLearned(place, Float64Array.from(vector));
        near([angle(u, v), angle(-2 * v, 2 * u), angle(u - v, u + v), angle(-u, -v)], [0, 90, 45, 180], 1e-6);
        assert.equal(angle(0, 0), NaN);
        refuses("vector", ['"3"', "2 numbers"], () => angle(u, v, 1));
    });

    claim("a transition says how its kernel decides", () => {
        const kernel = (settings) => {
            const observer = new Observer(`${SMALL}&sample.target=exact&${settings}`);
            return observer.peekTransition(observer.chains(0, 5), 0).kernel;
        };
        const plain = kernel("sample.temperature=2");
        assert.deepEqual([plain.isAdjusted, plain.temperature, plain.hasFault], [true, 2, false]);
        assert.equal(kernel("sample.kernel=nuts").isSingleProposal, false);
        assert.equal(kernel("sample.fault=flipped-score").hasFault, true);
        const always = kernel("sample.kernel=error-move-mh&sample.accept-rule=always");
        assert.equal(always.transition, kernel("sample.kernel=dae-chain").transition);
        assert.equal(always.isAdjusted, false);
    });
}
