// Optima without a model, compared with sums over the training points and closed forms.
import assert from "node:assert/strict";
import { claim, near, refuses } from "./assertions.mjs";

/** The score at y of the training points blurred by σ, in dimension d. */
function blurred(points, d, sigma, y) {
    let total = 0;
    let mean = y.map(() => 0);
    for (let i = 0; i < points.length; i += d) {
        const weight = Math.exp(-y.reduce((sum, y, k) => sum + (y - points[i + k]) ** 2, 0) / (2 * sigma ** 2));
        total += weight;
        mean = mean.map((m, k) => m + weight * points[i + k]);
    }
    return mean.map((m, k) => (m / total - y[k]) / sigma ** 2);
}

export function prove({ Observer }) {
    const places = Float64Array.of(0.3, 0.2, -0.2, 0.45, 0, -0.3);

    claim("the denoising optimum is the mean of the training points under a Gaussian kernel, for the present σ", () => {
        const observer = new Observer(
            "#v=0&data.count=300&train.sigma-levels=3&train.sigma-first=4&model.units=8&steps=30",
        );
        const initial = new Float32Array(4 * (2 * 5 + 1));
        for (const step of [1, 15, 30]) {
            observer.setWeights(step, initial);
            const expected = [0, 2, 4].flatMap((i) =>
                blurred(observer.points(), 2, observer.sigma, [...places.subarray(i, i + 2)]),
            );
            for (let again = 0; again < 2; again += 1) {
                near(observer.optimalField("denoising", places), expected, 1e-4 / observer.sigma);
            }
        }
    });

    claim(
        "the contractive optimum has the closed form -(C + σ²I)⁻¹x for a Gaussian, and is nearly the score for two wells",
        () => {
            const plane = new Observer("#v=0&data=gaussian&model.units=8");
            const expected = plane.exactField(places);
            near(plane.optimalField("contractive", places), expected, 0.02 * Math.max(...expected.map(Math.abs)));
            const line = new Observer("#v=0&data=two-wells&model.units=8&train.sigma=0.05");
            const on = Float64Array.of(-1, 0, -0.4, 0, 0.2, 0, 1.1, 0);
            // Both differ from the score by a multiple of σ².
            const optimum = line.optimalField("contractive", on);
            const score = line.exactField(on);
            near(optimum, score, 0.05 * Math.max(...score.map(Math.abs)));
        },
    );

    claim("optima that do not exist are undefined, and unknown kinds are refused", () => {
        for (const data of ["three-points", "checkerboard", "gmm-manifold&data.dim=4"]) {
            const observer = new Observer(`#v=0&data=${data}&data.count=99&model.units=8`);
            assert.equal(observer.optimalField("contractive", places), undefined, data);
            assert.equal(observer.optimalField("denoising", places).length, 6);
        }
        const observer = new Observer("#v=0&data.count=99&model.units=8");
        refuses("kind", ["contractive", '"best"'], () => observer.optimalField("best", places));
        refuses("places", ["at most 4194304", '"4194306"'], () =>
            observer.optimalField("denoising", new Float64Array(2 ** 22 + 2)),
        );
        refuses("places", ["even", '"3"'], () => observer.optimalField("denoising", new Float64Array(3)));
        const wide = new Observer("#v=0&data=gmm-manifold&data.dim=8&data.count=99&model.units=8");
        refuses("places", ["at most 1048576"], () => wide.optimalField("denoising", new Float64Array(2 ** 20 + 2)));
    });
}
