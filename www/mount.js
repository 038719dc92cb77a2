// The stable path of `mount`, for pages that embed a playground.

export { mount } from "./app/playground.js";
