// A worker that shows, for one gallery, what data look like: a few hundred of their points on the stage.

import { change, Observer } from "../../scorescape.js";
import { start } from "./engine.js";
import { OPEN, Thumbnail } from "./protocol.js";
import { serve } from "./serve.js";
import { tableOf } from "./table-loader.js";

serve({
    async [OPEN]({ engine }) {
        await start(engine);
        return [null];
    },
    /** Of so many points, if they are drawn. @param {{ link: string, count: number }} request */
    async [Thumbnail.PLACES]({ link, count }) {
        const few = change(link, "data.count", String(count));
        const observer = new Observer(few.problems.length ? link : few.link, await tableOf(link));
        const places = observer.onStage(observer.points());
        const { dim } = observer;
        observer.free();
        return [{ places, dim }, [places.buffer]];
    },
});
