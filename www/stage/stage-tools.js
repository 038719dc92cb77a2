// The tools on the stage: each is one file and one entry here. Loaded when the first picture is there.

import { Brush } from "./brush.js";
import { ChainTools } from "./chain-tools.js";
import { Particles } from "./flow-particles.js";
import { ImagePanel } from "./images.js";
import { Probe } from "./probe.js";
import { ToolHost } from "./tool-host.js";

/** In the order of their buttons. @type {import("./tool-host.js").StageToolClass[]} */
export const STAGE_TOOLS = [Particles, Probe, Brush, ChainTools, ImagePanel];

/** @param {import("../panels/view-context.js").ViewContext} context */
export const createStageTools = (context) => new ToolHost(context, STAGE_TOOLS);
