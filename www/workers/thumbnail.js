// A worker that shows, for one gallery, what data look like: a few hundred of their points on the stage.

import { changeSetting, Observer } from "../../scorescape.js";
import { instantiate } from "./engine.js";
import { OPEN, ThumbnailRequest } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTable } from "./table-loader.js";

serveRequests({
    async [OPEN]({ engine }) {
        await instantiate(engine);
        return [null];
    },
    /** Of so many points, if they are drawn. @param {{ link: string, count: number }} request */
    async [ThumbnailRequest.POINTS]({ link, count }) {
        const few = changeSetting(link, "data.count", String(count));
        const observer = new Observer(few.errors.length ? link : few.link, await loadTable(link));
        const places = observer.toView(observer.points());
        const { dim } = observer;
        observer.free();
        return [{ places, dim }, [places.buffer]];
    },
});
