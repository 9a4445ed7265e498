// The one way to the outside. The screen asks a Door; which one it is, is decided once in main.tsx.
export type { Door } from "./door";
export { CounterGone, Refused } from "./door";
export { httpDoor } from "./http";
export { inWindow, windowDoor } from "./window";
export { fakeDoor, emptyScreen, wellHealth } from "./fake";
