// A worker of the gallery: computes a few hundred points of a dataset for its thumbnail.

import { changeSetting, Observer } from "../../scorescape.js";
import { instantiate } from "./engine.js";
import { OPEN, ThumbnailRequest } from "./protocol.js";
import { serveRequests } from "./serve.js";
import { loadTableBytes } from "./table-bytes.js";

/** @type {import("./protocol.js").Handlers<import("./protocol.js").ThumbnailRequests>} */
const handlers = {
    async [OPEN]({ engine }) {
        await instantiate(engine);
        return [null];
    },
    async [ThumbnailRequest.POINTS]({ link, count }) {
        const few = changeSetting(link, "data.count", String(count));
        const observer = new Observer(few.errors.length ? link : few.link, await loadTableBytes(few.table));
        const places = observer.toView(observer.points());
        const { dim } = observer;
        observer.free();
        return [{ places, dim }, [places.buffer]];
    },
};

serveRequests(handlers);
