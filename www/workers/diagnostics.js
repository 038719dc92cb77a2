// A worker that lives for one verdict: whether the samples of a complete run may be believed.

import { Observer } from "../../scorescape.js";
import { start } from "./engine.js";
import { OPEN } from "./protocol.js";
import { serve } from "./serve.js";
import { tableOf } from "./table-loader.js";

serve({
    async [OPEN]({ engine, link, table, step, parameters, draws, chains, states, acceptance }) {
        await start(engine);
        const observer = new Observer(link, await tableOf(link, table));
        observer.look(step, parameters);
        const samples = observer.tableUnits(states);
        const verdict = { ...observer.judge(draws, chains, states, acceptance), comparisons: observer.compare(states), marginals: observer.marginals(states), samples };
        return [verdict, [samples.buffer]];
    },
});
