// A worker that diagnoses the samples of one complete run.

import { Observer } from "../../scorescape.js";
import { instantiate } from "./engine.js";
import { OPEN } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTableBytes } from "./table-bytes.js";

/** @type {import("./protocol.js").Handlers<import("./protocol.js").DiagnosticsRequests>} */
const handlers = {
    async [OPEN]({ engine, link, tableFile, table, step, parameters, draws, chains, states, acceptanceRate }) {
        await instantiate(engine);
        const observer = new Observer(link, await loadTableBytes(tableFile, table));
        observer.setWeights(step, parameters);
        const samples = observer.toTableUnits(states);
        const diagnostics = {
            ...observer.diagnose(draws, chains, states, acceptanceRate),
            comparisons: observer.compareWithExact(states),
            marginals: observer.marginals(states),
            samples,
        };
        return [diagnostics, [samples.buffer]];
    },
};

serveRequests(handlers);
